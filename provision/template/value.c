/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the template language: those that Go has for JSON data. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/template/value.h"

static struct value value_from_integer(json_object *json)
{
	/* json-c returns the nearest int64: INT64_MAX may be a larger number. */
	int64_t integer = json_object_get_int64(json);
	uint64_t natural = integer == INT64_MAX ? json_object_get_uint64(json) : 0;

	if (natural > INT64_MAX)
		return (struct value){.type = VALUE_UINT, .natural = natural};
	return value_int(integer);
}

struct value value_from_json(json_object *json)
{
	struct value value = {.type = VALUE_NONE};

	switch (json_object_get_type(json)) {
	case json_type_null:
		return value;
	case json_type_boolean:
		return value_bool(json_object_get_boolean(json));
	case json_type_double:
		value.type = VALUE_FLOAT;
		value.real = json_object_get_double(json);
		return value;
	case json_type_int:
		return value_from_integer(json);
	case json_type_object:
		value.type = VALUE_MAP;
		value.map = json;
		return value;
	case json_type_array:
		value.type = VALUE_LIST;
		value.list.array = json;
		value.list.count = json_object_array_length(json);
		value.list.capacity = value.list.count;
		return value;
	case json_type_string:
		return value_text((struct span){
			json_object_get_string(json),
			(size_t)json_object_get_string_len(json),
		});
	}
	return value;
}

struct value value_from_member(json_object *json)
{
	struct value value = {.type = VALUE_NIL};

	if (json)
		value = value_from_json(json);
	value.boxed = true;
	return value;
}

struct value value_bool(bool truth)
{
	return (struct value){.type = VALUE_BOOL, .truth = truth};
}

struct value value_int(int64_t integer)
{
	return (struct value){.type = VALUE_INT, .integer = integer};
}

struct value value_text(struct span text)
{
	return (struct value){.type = VALUE_STRING, .text = text};
}

struct value value_unbox(struct value value)
{
	if (value.type == VALUE_NIL)
		value.type = VALUE_NONE;
	value.boxed = false;
	return value;
}

struct value value_box(struct value value)
{
	if (value.type == VALUE_NONE)
		value.type = VALUE_NIL;
	value.boxed = true;
	return value;
}

bool value_truth(const struct value *value)
{
	switch (value->type) {
	case VALUE_NONE:
	case VALUE_NIL:
		return false;
	case VALUE_BOOL:
		return value->truth;
	case VALUE_INT:
		return value->integer != 0;
	case VALUE_BYTE:
	case VALUE_UINT:
		return value->natural != 0;
	case VALUE_FLOAT:
		return value->real != 0;
	case VALUE_STRING:
		return value->text.size > 0;
	case VALUE_LIST:
		return value->list.count > 0;
	case VALUE_MAP:
		return json_object_object_length(value->map) > 0;
	}
	return false;
}

const char *value_type_name(const struct value *value)
{
	switch (value->type) {
	case VALUE_NONE:
	case VALUE_NIL:
		return "<nil>";
	case VALUE_BOOL:
		return "bool";
	case VALUE_INT:
		return "int";
	case VALUE_BYTE:
		return "uint8";
	case VALUE_UINT:
		return "uint64";
	case VALUE_FLOAT:
		return "float64";
	case VALUE_STRING:
		return "string";
	case VALUE_LIST:
		return "[]interface {}";
	case VALUE_MAP:
		return "map[string]interface {}";
	}
	return "<nil>";
}

const char *value_static_type_name(const struct value *value)
{
	return value->boxed ? "interface {}" : value_type_name(value);
}

struct value value_element(const struct value *list, size_t index)
{
	return value_from_member(
		json_object_array_get_idx(list->list.array, list->list.from + index));
}

bool value_field(const struct value *map, const char *name, struct value *member)
{
	json_object *json;

	if (!json_object_object_get_ex(map->map, name, &json))
		return false;
	*member = value_from_member(json);
	return true;
}

bool value_member(const struct value *map, struct span name, struct value *member)
{
	CLEANUP(free_ptr) char *copy = NULL;
	const char *key = name.at;

	/* json-c's keys are C strings. */
	if (memchr(name.at, '\0', name.size))
		return false;
	if (name.at[name.size])
		key = copy = mem_substring(name.at, name.size);
	return value_field(map, key, member);
}

static int member_compare(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

struct member *value_members(const struct value *map, struct arena *arena, size_t *count)
{
	size_t length = (size_t)json_object_object_length(map->map);
	struct member *members = arena_get(arena, length * sizeof(*members));
	size_t at = 0;

	if (!members)
		return NULL;
	json_object_object_foreach(map->map, key, json)
		members[at++] = (struct member){key, json};
	qsort(members, at, sizeof(*members), member_compare);
	*count = at;
	return members;
}
