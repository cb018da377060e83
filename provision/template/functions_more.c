/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that Go does not have: xml, default, quote, indent, join, lower, upper,
 * b64enc, toJSON. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <wctype.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/template/escape.h"
#include "provision/template/float.h"
#include "provision/template/functions_more.h"
#include "provision/template/print.h"
#include "provision/template/quote.h"
#include "provision/template/unicode.h"

enum { INDENT_MAX = 1000 };

/* The value as text: a string itself, another value as print prints it. */
static int text_of(struct limits *limits, const struct value *value, struct span *text,
		   struct error *error)
{
	struct value printed;

	if (value->type == VALUE_STRING) {
		*text = value->text;
		return 0;
	}
	if (value->type != VALUE_NIL)
		print_values(limits, &limits->scratch, value, 1);
	if (limits_take_text(limits, &printed, error) < 0)
		return -1;
	*text = printed.text;
	return 0;
}

int call_xml(struct limits *limits, const struct value *arguments,
	     size_t count __attribute__((unused)), struct value *result,
	     struct error *error)
{
	struct span text;

	if (text_of(limits, &arguments[0], &text, error) < 0 ||
	    escape_add_xml(&limits->scratch, text, error) < 0 ||
	    limits_take_text(limits, result, error) < 0)
		return -1;
	result->markup = MARKUP_ESCAPED;
	return 0;
}

int call_default(struct limits *limits __attribute__((unused)),
		 const struct value *arguments, size_t count __attribute__((unused)),
		 struct value *result, struct error *error __attribute__((unused)))
{
	*result = value_truth(&arguments[1]) ? arguments[1] : arguments[0];
	return 0;
}

int call_quote(struct limits *limits, const struct value *arguments,
	       size_t count __attribute__((unused)), struct value *result,
	       struct error *error)
{
	struct span text;

	if (text_of(limits, &arguments[0], &text, error) < 0)
		return -1;
	quote_text(&limits->scratch, text.at, text.size, false);
	return limits_take_text(limits, result, error);
}

/* Indents each line that is not empty. */
int call_indent(struct limits *limits, const struct value *arguments,
		size_t count __attribute__((unused)), struct value *result,
		struct error *error)
{
	const struct value *columns = &arguments[0];
	bool start = true;
	struct span text;

	if (columns->type != VALUE_INT || columns->integer < 0 ||
	    columns->integer > INDENT_MAX)
		return error_set(error, "the first argument is not a number from 0 to %d",
				 INDENT_MAX);
	if (text_of(limits, &arguments[1], &text, error) < 0)
		return -1;
	for (size_t i = 0; i < text.size && !limits->scratch.overflowed; i++) {
		bool indents = start && text.at[i] != '\n';

		for (int64_t c = 0; indents && c < columns->integer; c++)
			buf_add_char(&limits->scratch, ' ');
		buf_add_char(&limits->scratch, text.at[i]);
		start = text.at[i] == '\n';
	}
	return limits_take_text(limits, result, error);
}

int call_join(struct limits *limits, const struct value *arguments,
	      size_t count __attribute__((unused)), struct value *result,
	      struct error *error)
{
	const struct value *list = &arguments[1];

	if (list->type != VALUE_LIST)
		return error_set(error, "can't join items of type %s",
				 value_type_name(list));
	for (size_t i = 0; i < list->list.count && !limits->scratch.overflowed; i++) {
		struct value element = value_element(list, i);

		if (i)
			buf_add(&limits->scratch, arguments[0].text.at,
				arguments[0].text.size);
		print_values(limits, &limits->scratch, &element, 1);
	}
	return limits_take_text(limits, result, error);
}

static int letters_change(struct limits *limits, const struct value *value, bool upper,
			  struct value *result, struct error *error)
{
	char encoded[UNICODE_ENCODED_MAX];
	locale_t locale;
	struct span text;
	size_t length;

	if (text_of(limits, value, &text, error) < 0)
		return -1;
	locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	for (size_t i = 0; i < text.size; i += length) {
		wint_t point = unicode_decode(text.at + i, text.size - i, &length);

		if (locale)
			point = upper ? towupper_l(point, locale)
				      : towlower_l(point, locale);
		buf_add(&limits->scratch, encoded, unicode_encode(point, encoded));
	}
	if (locale)
		freelocale(locale);
	return limits_take_text(limits, result, error);
}

int call_lower(struct limits *limits, const struct value *arguments,
	       size_t count __attribute__((unused)), struct value *result,
	       struct error *error)
{
	return letters_change(limits, &arguments[0], false, result, error);
}

int call_upper(struct limits *limits, const struct value *arguments,
	       size_t count __attribute__((unused)), struct value *result,
	       struct error *error)
{
	return letters_change(limits, &arguments[0], true, result, error);
}

int call_b64enc(struct limits *limits, const struct value *arguments,
		size_t count __attribute__((unused)), struct value *result,
		struct error *error)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	struct span text;

	if (text_of(limits, &arguments[0], &text, error) < 0)
		return -1;
	for (size_t i = 0; i < text.size; i += 3) {
		size_t left = text.size - i;
		uint32_t bits = (uint32_t)(uint8_t)text.at[i] << 16;

		bits |= left > 1 ? (uint32_t)(uint8_t)text.at[i + 1] << 8 : 0;
		bits |= left > 2 ? (uint8_t)text.at[i + 2] : 0;
		buf_add_char(&limits->scratch, digits[bits >> 18]);
		buf_add_char(&limits->scratch, digits[bits >> 12 & 63]);
		buf_add_char(&limits->scratch, left > 1 ? digits[bits >> 6 & 63] : '=');
		buf_add_char(&limits->scratch, left > 2 ? digits[bits & 63] : '=');
	}
	return limits_take_text(limits, result, error);
}

static void value_add(struct limits *limits, const struct value *value);

static void list_add(struct limits *limits, const struct value *list)
{
	buf_add_char(&limits->scratch, '[');
	for (size_t i = 0; i < list->list.count && !limits->scratch.overflowed; i++) {
		struct value element = value_element(list, i);

		if (i)
			buf_add_char(&limits->scratch, ',');
		value_add(limits, &element);
	}
	buf_add_char(&limits->scratch, ']');
}

static void map_add(struct limits *limits, const struct value *map)
{
	size_t count = 0;
	struct member *members = limits_members(limits, map, &count);

	limits->scratch.overflowed |= !members;
	buf_add_char(&limits->scratch, '{');
	for (size_t i = 0; i < count && !limits->scratch.overflowed; i++) {
		struct value value = value_from_json(members[i].json);

		if (i)
			buf_add_char(&limits->scratch, ',');
		text_add_json(&limits->scratch, members[i].key, strlen(members[i].key));
		buf_add_char(&limits->scratch, ':');
		value_add(limits, &value);
	}
	buf_add_char(&limits->scratch, '}');
}

/* Only very small and very large numbers are written with an exponent, as encoding/json
 * does. */
static void real_add(struct buf *buf, double real)
{
	double magnitude = fabs(real);
	bool exponent = magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21);

	float_add(buf, real, exponent ? 'e' : 'f', FLOAT_SHORTEST);
}

static void value_add(struct limits *limits, const struct value *value)
{
	struct buf *buf = &limits->scratch;

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
		list_add(limits, value);
		break;
	case VALUE_MAP:
		map_add(limits, value);
		break;
	default:
		buf_add_string(buf, "null");
	}
}

int call_to_json(struct limits *limits, const struct value *arguments,
		 size_t count __attribute__((unused)), struct value *result,
		 struct error *error)
{
	value_add(limits, &arguments[0]);
	return limits_take_text(limits, result, error);
}
