/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets members of JSON data, as the command line says. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "common/mem.h"
#include "common/num.h"
#include "provision/render/set.h"

static json_object *text_json(const char *text)
{
	json_object *json = json_object_new_string(text);

	if (!json)
		mem_exhausted();
	return json;
}

/* The index of a list's element, given as text. */
static int element_find(json_object *list, const char *name, size_t *index,
			struct error *error)
{
	size_t count = json_object_array_length(list);
	uint64_t number;

	if (!count)
		return error_set(error, "\"%s\": the list is empty", name);
	if (num_parse(name, 0, count - 1, &number, NULL) < 0)
		return error_set(error, "\"%s\": not a number from 0 to %zu", name,
				 count - 1);
	*index = (size_t)number;
	return 0;
}

/* Stores a value, whose reference it takes, under a name. */
static int member_put(json_object *parent, const char *name, json_object *value,
		      struct error *error)
{
	size_t index;

	if (json_object_is_type(parent, json_type_array)) {
		if (element_find(parent, name, &index, error) < 0) {
			json_object_put(value);
			return -1;
		}
		json_object_array_put_idx(parent, index, value);
		return 0;
	}
	if (json_object_object_add(parent, name, value) < 0)
		mem_exhausted();
	return 0;
}

/* Moves `*at` to its member of that name, which is created as an object if it is
 * missing. */
static int member_enter(json_object **at, const char *name, struct error *error)
{
	json_object *member = NULL;
	size_t index;

	if (json_object_is_type(*at, json_type_array)) {
		if (element_find(*at, name, &index, error) < 0)
			return -1;
		member = json_object_array_get_idx(*at, index);
	} else {
		json_object_object_get_ex(*at, name, &member);
	}
	if (!member) {
		member = json_object_new_object();
		if (!member)
			mem_exhausted();
		if (member_put(*at, name, member, error) < 0)
			return -1;
	}
	if (!json_object_is_type(member, json_type_object) &&
	    !json_object_is_type(member, json_type_array))
		return error_set(error, "\"%s\" is not an object", name);
	*at = member;
	return 0;
}

/* Splits "PATH=TEXT" or "PATH:=JSON"; only the path stays in `path`. */
static int assignment_read(char *path, json_object **value, struct error *error)
{
	char *sign = strchr(path, '=');
	bool is_json;

	if (!sign || sign == path || path[0] == ':')
		return error_set(error, "not PATH=TEXT or PATH:=JSON");
	is_json = sign[-1] == ':';
	sign[is_json ? -1 : 0] = '\0';
	if (!is_json) {
		*value = text_json(sign + 1);
		return 0;
	}
	return json_parse(sign + 1, strlen(sign + 1), JSON_DEPTH_MAX / 2, value, error);
}

static int value_put(json_object *at, char *path, json_object *value, struct error *error)
{
	char *name = strsep(&path, ".");

	for (int depth = 0; path; name = strsep(&path, "."), depth++) {
		if (depth == SET_DEPTH_MAX || !*name) {
			json_object_put(value);
			return error_set(error, depth == SET_DEPTH_MAX
							? "too many names"
							: "a name is missing");
		}
		if (member_enter(&at, name, error) < 0) {
			json_object_put(value);
			return -1;
		}
	}
	if (!*name) {
		json_object_put(value);
		return error_set(error, "a name is missing");
	}
	return member_put(at, name, value, error);
}

int set_apply(json_object **data, const char *assignment, struct error *error)
{
	CLEANUP(free_ptr) char *path = mem_string(assignment);
	json_object *value = NULL;

	if (assignment_read(path, &value, error) < 0)
		return error_context(error, "%s", assignment);
	if (!*data)
		*data = json_object_new_object();
	if (!json_object_is_type(*data, json_type_object) &&
	    !json_object_is_type(*data, json_type_array)) {
		json_object_put(value);
		return error_set(error, "%s: the data is not an object", assignment);
	}
	if (value_put(*data, path, value, error) < 0)
		return error_context(error, "%s", assignment);
	return 0;
}
