/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that compare: eq, ne, lt, le, gt, ge. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/functions_compare.h"
#include "provision/template/print.h"

enum { MESSAGE_MAX = 500 };

/* Values compare with values of the same kind. */
enum kind {
	KIND_NONE, /* nil, lists, maps */
	KIND_BOOL,
	KIND_INT,
	KIND_UINT,
	KIND_FLOAT,
	KIND_STRING,
};

static const char bad_type[] = "invalid type for comparison";
static const char bad_pair[] = "incompatible types for comparison";

static enum kind kind_of(const struct value *value)
{
	switch (value->type) {
	case VALUE_BOOL:
		return KIND_BOOL;
	case VALUE_INT:
		return KIND_INT;
	case VALUE_BYTE:
	case VALUE_UINT:
		return KIND_UINT;
	case VALUE_FLOAT:
		return KIND_FLOAT;
	case VALUE_STRING:
		return KIND_STRING;
	default:
		return KIND_NONE;
	}
}

static bool is_nil(const struct value *value)
{
	return value->type == VALUE_NONE || value->type == VALUE_NIL;
}

static int compare_unsigned(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Integers of any sign: -1, 0, 1. */
static int compare_integers(const struct value *a, const struct value *b)
{
	bool a_negative = a->type == VALUE_INT && a->integer < 0;
	bool b_negative = b->type == VALUE_INT && b->integer < 0;

	if (a_negative != b_negative)
		return a_negative ? -1 : 1;
	/* Within one sign the two's complement keeps the order. */
	return compare_unsigned(a->type == VALUE_INT ? (uint64_t)a->integer : a->natural,
				b->type == VALUE_INT ? (uint64_t)b->integer : b->natural);
}

static int compare_texts(struct span a, struct span b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = common ? memcmp(a.at, b.at, common) : 0;

	return order ? order : compare_unsigned(a.size, b.size);
}

static bool is_integer(enum kind kind)
{
	return kind == KIND_INT || kind == KIND_UINT;
}

static bool scalars_equal(const struct value *a, const struct value *b, enum kind kind)
{
	switch (kind) {
	case KIND_BOOL:
		return a->truth == b->truth;
	case KIND_FLOAT:
		return a->real == b->real;
	case KIND_STRING:
		return a->text.size == b->text.size && !compare_texts(a->text, b->text);
	default:
		return compare_integers(a, b) == 0;
	}
}

/* Adds "VALUE: TYPE" of a value, or "TYPE: VALUE", for a message. */
static void value_describe(struct limits *limits, struct buf *message,
			   const struct value *value, const char *before, bool type_first)
{
	static const struct directive plain = {0};

	buf_add_string(message, before);
	if (type_first)
		buf_format(message, "%s: ", value_type_name(value));
	print_value(limits, message, &plain, type_first ? 'v' : 's', value);
	if (!type_first)
		buf_format(message, ": %s", value_type_name(value));
}

/* Lists and maps can only be compared with nil. */
static int wholes_equal(struct limits *limits, const struct value *a,
			const struct value *b, bool *equal, struct error *error)
{
	CLEANUP(buf_free) struct buf message = {.max_size = MESSAGE_MAX};

	if (is_nil(a) || is_nil(b)) {
		*equal = is_nil(a) && is_nil(b);
		return 0;
	}
	if (a->type != b->type) {
		value_describe(limits, &message, a, "non-comparable types ", false);
		value_describe(limits, &message, b, ", ", true);
	} else {
		value_describe(limits, &message, b, "non-comparable type ", false);
	}
	return error_set(error, "%s", buf_text(&message));
}

static int values_equal(struct limits *limits, const struct value *a,
			const struct value *b, bool *equal, struct error *error)
{
	enum kind kind_a = kind_of(a), kind_b = kind_of(b);
	size_t bytes = kind_a == KIND_STRING ? a->text.size : 0;

	if (limits_count(limits, bytes, error) < 0)
		return -1;
	*equal = false;
	if (is_integer(kind_a) && is_integer(kind_b))
		*equal = compare_integers(a, b) == 0;
	else if (kind_a != kind_b && (is_nil(a) || is_nil(b)))
		return 0;
	else if (kind_a != kind_b)
		return error_set(error, "%s", bad_pair);
	else if (kind_a == KIND_NONE)
		return wholes_equal(limits, a, b, equal, error);
	else
		*equal = scalars_equal(a, b, kind_a);
	return 0;
}

int call_eq(struct limits *limits, const struct value *arguments, size_t count,
	    struct value *result, struct error *error)
{
	bool equal = false;

	if (count < 2)
		return error_set(error, "missing argument for comparison");
	for (size_t i = 1; i < count && !equal; i++)
		if (values_equal(limits, &arguments[0], &arguments[i], &equal, error) < 0)
			return -1;
	*result = value_bool(equal);
	return 0;
}

int call_ne(struct limits *limits, const struct value *arguments, size_t count,
	    struct value *result, struct error *error)
{
	if (call_eq(limits, arguments, count, result, error) < 0)
		return -1;
	result->truth = !result->truth;
	return 0;
}

/* Whether a < b. */
static int values_less(struct limits *limits, const struct value *a,
		       const struct value *b, bool *less, struct error *error)
{
	enum kind kind_a = kind_of(a), kind_b = kind_of(b);
	size_t bytes = kind_a == KIND_STRING ? a->text.size : 0;

	if (limits_count(limits, bytes, error) < 0)
		return -1;
	if (kind_a == KIND_NONE || kind_b == KIND_NONE)
		return error_set(error, "%s", bad_type);
	if (is_integer(kind_a) && is_integer(kind_b))
		*less = compare_integers(a, b) < 0;
	else if (kind_a != kind_b)
		return error_set(error, "%s", bad_pair);
	else if (kind_a == KIND_FLOAT)
		*less = a->real < b->real;
	else if (kind_a == KIND_STRING)
		*less = compare_texts(a->text, b->text) < 0;
	else
		return error_set(error, "%s", bad_type);
	return 0;
}

int call_lt(struct limits *limits, const struct value *arguments,
	    size_t count __attribute__((unused)), struct value *result,
	    struct error *error)
{
	bool less = false;

	if (values_less(limits, &arguments[0], &arguments[1], &less, error) < 0)
		return -1;
	*result = value_bool(less);
	return 0;
}

int call_le(struct limits *limits, const struct value *arguments, size_t count,
	    struct value *result, struct error *error)
{
	if (call_lt(limits, arguments, count, result, error) < 0)
		return -1;
	return result->truth ? 0 : call_eq(limits, arguments, count, result, error);
}

int call_gt(struct limits *limits, const struct value *arguments, size_t count,
	    struct value *result, struct error *error)
{
	if (call_le(limits, arguments, count, result, error) < 0)
		return -1;
	result->truth = !result->truth;
	return 0;
}

int call_ge(struct limits *limits, const struct value *arguments, size_t count,
	    struct value *result, struct error *error)
{
	if (call_lt(limits, arguments, count, result, error) < 0)
		return -1;
	result->truth = !result->truth;
	return 0;
}
