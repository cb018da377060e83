/* SPDX-License-Identifier: GPL-2.0-or-later */
/* toJSON. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/text.h"
#include "provision/template/float.h"
#include "provision/template/func.h"

static void value_add(struct work *work, const struct value *value);

static void list_add(struct work *work, const struct value *list)
{
	buf_add_char(&work->scratch, '[');
	for (size_t i = 0; i < list->list.count && !work->scratch.overflowed; i++) {
		struct value element = value_element(list, i);

		if (i)
			buf_add_char(&work->scratch, ',');
		value_add(work, &element);
	}
	buf_add_char(&work->scratch, ']');
}

static void map_add(struct work *work, const struct value *map)
{
	size_t count = 0;
	struct member *members = work_members(work, map, &count);

	work->scratch.overflowed |= !members;
	buf_add_char(&work->scratch, '{');
	for (size_t i = 0; i < count && !work->scratch.overflowed; i++) {
		struct value value = value_from_json(members[i].json);

		if (i)
			buf_add_char(&work->scratch, ',');
		text_add_json(&work->scratch, members[i].key, strlen(members[i].key));
		buf_add_char(&work->scratch, ':');
		value_add(work, &value);
	}
	buf_add_char(&work->scratch, '}');
}

/* Very small and very large numbers have an exponent, others none. */
static void real_add(struct buf *buf, double real)
{
	double magnitude = fabs(real);
	bool exponent = magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21);

	float_add(buf, real, exponent ? 'e' : 'f', FLOAT_SHORTEST);
}

static void value_add(struct work *work, const struct value *value)
{
	struct buf *buf = &work->scratch;

	switch (value->type) {
	case VALUE_BOOL:
		buf_add_string(buf, value->truth ? "true" : "false");
		break;
	case VALUE_INT:
		buf_format(buf, "%" PRId64, value->integer);
		break;
	case VALUE_BYTE:
	case VALUE_UINT:
		buf_format(buf, "%" PRIu64, value->natural);
		break;
	case VALUE_FLOAT:
		real_add(buf, value->real);
		break;
	case VALUE_STRING:
		text_add_json(buf, value->text.at, value->text.size);
		break;
	case VALUE_LIST:
		list_add(work, value);
		break;
	case VALUE_MAP:
		map_add(work, value);
		break;
	default:
		buf_add_string(buf, "null");
	}
}

int call_to_json(struct work *work, const struct value *arguments,
		 size_t count __attribute__((unused)), struct value *result,
		 struct error *error)
{
	value_add(work, &arguments[0]);
	return work_take_text(work, result, error);
}
