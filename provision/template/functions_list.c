/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions on lists, maps and strings, and on truth: index, slice, len, not, call. */
#define _GNU_SOURCE
#include <inttypes.h>

#include "provision/template/functions_list.h"

/* An index from 0 to `limit`. */
static int index_read(const struct value *value, size_t limit, size_t *index,
		      struct error *error)
{
	int64_t number;

	if (value->type == VALUE_NONE)
		return error_set(error, "cannot index slice/array with nil");
	if (value->type == VALUE_INT && !value->boxed)
		number = value->integer;
	else if ((value->type == VALUE_BYTE || value->type == VALUE_UINT) &&
		 !value->boxed)
		number = (int64_t)value->natural;
	else
		return error_set(error, "cannot index slice/array with type %s",
				 value_static_type_name(value));
	if (number < 0 || (uint64_t)number > limit)
		return error_set(error, "index out of range: %" PRId64, number);
	*index = (size_t)number;
	return 0;
}

static int list_index(const struct value *list, const struct value *index,
		      struct value *item, struct error *error)
{
	size_t length = list->type == VALUE_LIST ? list->list.count : list->text.size;
	size_t at;

	if (index_read(index, length, &at, error) < 0)
		return -1;
	if (at == length)
		return error_set(error, "reflect: %s index out of range",
				 list->type == VALUE_LIST ? "slice" : "string");
	if (list->type == VALUE_LIST)
		*item = value_element(list, at);
	else
		*item = (struct value){.type = VALUE_BYTE,
				       .natural = (uint8_t)list->text.at[at]};
	return 0;
}

static int map_index(const struct value *map, const struct value *key, struct value *item,
		     struct error *error)
{
	if (key->type == VALUE_NONE)
		return error_set(error, "value is nil; should be of type string");
	if (key->type != VALUE_STRING)
		return error_set(error, "value has type %s; should be string",
				 value_type_name(key));
	if (!value_member(map, key->text, item))
		*item = value_box((struct value){.type = VALUE_NONE});
	return 0;
}

int call_index(struct limits *limits, const struct value *arguments, size_t count,
	       struct value *result, struct error *error)
{
	struct value item = value_unbox(arguments[0]);

	if (item.type == VALUE_NONE)
		return error_set(error, "index of untyped nil");
	for (size_t i = 1; i < count; i++) {
		struct value index = value_unbox(arguments[i]), next;
		int status;

		if (limits_count(limits, 0, error) < 0)
			return -1;
		if (item.type == VALUE_NIL)
			return error_set(error, "index of nil pointer");
		if (item.type == VALUE_MAP)
			status = map_index(&item, &index, &next, error);
		else if (item.type == VALUE_LIST || item.type == VALUE_STRING)
			status = list_index(&item, &index, &next, error);
		else
			return error_set(error, "can't index item of type %s",
					 value_type_name(&item));
		if (status < 0)
			return -1;
		item = next;
	}
	*result = item;
	return 0;
}

/* The length and the capacity of a value that can be sliced. */
static int slice_bounds(const struct value *item, size_t index_count, size_t *length,
			size_t *capacity, struct error *error)
{
	if (item->type == VALUE_NONE)
		return error_set(error, "slice of untyped nil");
	if (index_count > 3)
		return error_set(error, "too many slice indexes: %zu", index_count);
	if (item->type == VALUE_STRING) {
		*length = *capacity = item->text.size;
		if (index_count == 3)
			return error_set(error, "cannot 3-index slice a string");
		return 0;
	}
	if (item->type != VALUE_LIST)
		return error_set(error, "can't slice item of type %s",
				 value_type_name(item));
	*length = item->list.count;
	*capacity = item->list.capacity;
	return 0;
}

int call_slice(struct limits *limits __attribute__((unused)),
	       const struct value *arguments, size_t count, struct value *result,
	       struct error *error)
{
	struct value item = value_unbox(arguments[0]);
	size_t bounds[3] = {0}, capacity = 0, index_count = count - 1;

	if (slice_bounds(&item, index_count, &bounds[1], &capacity, error) < 0)
		return -1;
	bounds[2] = capacity;
	for (size_t i = 0; i < index_count; i++)
		if (index_read(&arguments[1 + i], capacity, &bounds[i], error) < 0)
			return -1;
	for (size_t i = 0; i < 2; i++)
		if (bounds[i] > bounds[i + 1])
			return error_set(error, "invalid slice index: %zu > %zu",
					 bounds[i], bounds[i + 1]);
	if (item.type == VALUE_STRING) {
		item.text.at += bounds[0];
		item.text.size = bounds[1] - bounds[0];
	} else {
		item.list.from += bounds[0];
		item.list.count = bounds[1] - bounds[0];
		item.list.capacity = bounds[2] - bounds[0];
	}
	*result = item;
	return 0;
}

int call_len(struct limits *limits __attribute__((unused)), const struct value *arguments,
	     size_t count __attribute__((unused)), struct value *result,
	     struct error *error)
{
	const struct value *item = &arguments[0];

	switch (item->type) {
	case VALUE_NIL:
		return error_set(error, "len of nil pointer");
	case VALUE_NONE:
		return error_set(error,
				 "reflect: call of reflect.Value.Type on zero Value");
	case VALUE_STRING:
		*result = value_int((int64_t)item->text.size);
		return 0;
	case VALUE_LIST:
		*result = value_int((int64_t)item->list.count);
		return 0;
	case VALUE_MAP:
		*result = value_int(json_object_object_length(item->map));
		return 0;
	default:
		return error_set(error, "len of type %s", value_type_name(item));
	}
}

int call_not(struct limits *limits __attribute__((unused)), const struct value *arguments,
	     size_t count __attribute__((unused)), struct value *result,
	     struct error *error __attribute__((unused)))
{
	*result = value_bool(!value_truth(&arguments[0]));
	return 0;
}

int call_call(struct limits *limits __attribute__((unused)),
	      const struct value *arguments, size_t count __attribute__((unused)),
	      struct value *result __attribute__((unused)), struct error *error)
{
	struct value function = value_unbox(arguments[0]);

	if (function.type == VALUE_NONE)
		return error_set(error, "call of nil");
	return error_set(error, "non-function of type %s", value_type_name(&function));
}
