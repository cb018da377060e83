/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values that templates compute with, as Go would have them of JSON data. */
#ifndef PROVISION_TEMPLATE_VALUE_H
#define PROVISION_TEMPLATE_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provision/template/arena.h"

/* Bytes that somebody else owns. The text of a value lies in a buffer with a NUL at its
 * end, so the byte behind it may be looked at. */
struct span {
	const char *at;
	size_t size;
};

#define SPAN(text) ((struct span){(text), strlen(text)})

enum value_type {
	VALUE_NONE, /* no value: a missing field, nil once it was taken out of its box */
	VALUE_NIL,  /* a box with nil in it: null as a member, element or argument */
	VALUE_BOOL,
	VALUE_INT,   /* int */
	VALUE_BYTE,  /* uint8: of a string */
	VALUE_UINT,  /* uint64: above what an int holds */
	VALUE_FLOAT, /* float64 */
	VALUE_STRING,
	VALUE_LIST, /* []interface {} */
	VALUE_MAP,  /* map[string]interface {} */
};

/* How far a value is fit for XML already. */
enum value_markup {
	MARKUP_NONE,
	MARKUP_ESCAPED, /* text that was escaped for elements and attributes */
	MARKUP_XML,	/* the value of a markup field */
};

struct value {
	enum value_type type;
	/* It came as a member or an element, which in Go is an interface: messages then
	 * tell that type. */
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

/* What a JSON value is; borrowed. */
struct value value_from_json(json_object *json);

struct value value_bool(bool truth);
struct value value_int(int64_t integer);
struct value value_text(struct span text);

/* The value without its box, which is what a pipeline gives: nil becomes no value. */
struct value value_unbox(struct value value);
/* The same the other way, which is what an argument is: no value becomes nil. */
struct value value_box(struct value value);

/* Truth as {{if}} sees it: not the zero of its type, not empty. */
bool value_truth(const struct value *value);

/* What Go calls the type: of what is in the box, "<nil>" for nil and no value. */
const char *value_type_name(const struct value *value);
/* The same, with the box: "interface {}". */
const char *value_static_type_name(const struct value *value);

/* The element `index` < count of a list, boxed. */
struct value value_element(const struct value *list, size_t index);

/* Finds a member; false when there is none. The name is the text of a value. */
bool value_member(const struct value *map, struct span name, struct value *member);
/* The same for a name that is a string. */
bool value_field(const struct value *map, const char *name, struct value *member);

/* A member on its way through a map in the order of its keys. */
struct member {
	const char *key;
	json_object *json;
};

/* The members in the order of their keys, bytewise; `*count` of them. NULL when the
 * arena's limit is reached. */
struct member *value_members(const struct value *map, struct arena *arena, size_t *count);

#endif
