/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the template language: those that Go has for JSON data. */
#ifndef PROVISION_TEMPLATE_VALUE_H
#define PROVISION_TEMPLATE_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provision/template/arena.h"

/* Bytes, borrowed. The text of a value is in a buffer that ends with a NUL, so the byte
 * after it may be read. */
struct span {
	const char *at;
	size_t size;
};

#define SPAN(text) ((struct span){(text), strlen(text)})

enum value_type {
	VALUE_NONE, /* no value: a missing field, or nil that was unboxed */
	VALUE_NIL,  /* nil in a box: null as a member, element or argument */
	VALUE_BOOL,
	VALUE_INT,   /* int */
	VALUE_BYTE,  /* uint8: a byte of a string */
	VALUE_UINT,  /* uint64: too large for an int */
	VALUE_FLOAT, /* float64 */
	VALUE_STRING,
	VALUE_LIST, /* []interface {} */
	VALUE_MAP,  /* map[string]interface {} */
};

/* Whether a value already is XML. */
enum value_markup {
	MARKUP_NONE,
	MARKUP_ESCAPED, /* text, escaped for elements and attributes */
	MARKUP_XML,	/* the value of a markup field */
};

struct value {
	enum value_type type;
	/* It is a member or an element, which in Go is an interface; messages then name
	 * that type. */
	bool boxed;
	enum value_markup markup;
	union {
		bool truth;
		int64_t integer;
		uint64_t natural; /* VALUE_UINT, VALUE_BYTE */
		double real;
		struct span text;
		struct {
			json_object *array; /* borrowed */
			size_t from, count, capacity;
		} list;
		json_object *map; /* borrowed */
	};
};

/* The value of JSON data, which stay borrowed. */
struct value value_from_json(json_object *json);
/* The same for a member of an object or an element of a list, boxed. */
struct value value_from_member(json_object *json);

struct value value_bool(bool truth);
struct value value_int(int64_t integer);
struct value value_text(struct span text);

/* Unboxes a value, as the end of a pipeline does: nil becomes no value. */
struct value value_unbox(struct value value);
/* Boxes a value, as arguments are: no value becomes nil. */
struct value value_box(struct value value);

/* Whether {{if}} takes it as true: neither the zero of its type nor empty. */
bool value_truth(const struct value *value);

/* Go's name of the type, of a boxed value that of its content; "<nil>" for nil and no
 * value. */
const char *value_type_name(const struct value *value);
/* Go's name of the type; "interface {}" for a boxed value. */
const char *value_static_type_name(const struct value *value);

/* The element `index` < count of a list, boxed. */
struct value value_element(const struct value *list, size_t index);

/* Finds a member; false when it is missing. The name is the text of a value. */
bool value_member(const struct value *map, struct span name, struct value *member);
/* The same, for a name that is a C string. */
bool value_field(const struct value *map, const char *name, struct value *member);

/* A member of a map. */
struct member {
	const char *key;
	json_object *json;
};

/* The members, sorted by the bytes of their keys; `*count` is their number. NULL when the
 * arena's limit is reached. */
struct member *value_members(const struct value *map, struct arena *arena, size_t *count);

#endif
