/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that print their arguments: print, printf, println, html, js, urlquery. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/template/functions_print.h"
#include "provision/template/print.h"
#include "provision/template/unicode.h"

int call_print(struct limits *limits, const struct value *arguments, size_t count,
	       struct value *result, struct error *error)
{
	print_values(limits, &limits->scratch, arguments, count);
	return limits_take_text(limits, result, error);
}

int call_println(struct limits *limits, const struct value *arguments, size_t count,
		 struct value *result, struct error *error)
{
	print_line(limits, &limits->scratch, arguments, count);
	return limits_take_text(limits, result, error);
}

int call_printf(struct limits *limits, const struct value *arguments, size_t count,
		struct value *result, struct error *error)
{
	print_format(limits, &limits->scratch, arguments[0].text, arguments + 1,
		     count - 1);
	return limits_take_text(limits, result, error);
}

static void html_add(struct buf *buf, struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		switch (text.at[i]) {
		case '\0':
			buf_add_string(buf, "\xef\xbf\xbd");
			break;
		case '"':
			buf_add_string(buf, "&#34;");
			break;
		case '\'':
			buf_add_string(buf, "&#39;");
			break;
		case '&':
			buf_add_string(buf, "&amp;");
			break;
		case '<':
			buf_add_string(buf, "&lt;");
			break;
		case '>':
			buf_add_string(buf, "&gt;");
			break;
		default:
			buf_add_char(buf, text.at[i]);
		}
	}
}

static void js_add_point(struct buf *buf, uint32_t point, const char *text, size_t length)
{
	if (point == '\\' || point == '\'' || point == '"')
		buf_format(buf, "\\%c", (char)point);
	else if (point < ' ' || point == '<' || point == '>' || point == '&' ||
		 point == '=' || (point >= 0x80 && !unicode_is_print(point)))
		buf_format(buf, "\\u%04X", point);
	else
		buf_add(buf, text, length);
}

static void js_add(struct buf *buf, struct span text)
{
	size_t length;

	for (size_t i = 0; i < text.size && !buf->overflowed; i += length) {
		uint32_t point = unicode_decode(text.at + i, text.size - i, &length);

		js_add_point(buf, point, text.at + i, length);
	}
}

/* Encodes everything but A-Z a-z 0-9 - _ . ~ as %XX, a space as "+". */
static void urlquery_add(struct buf *buf, struct span text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-_.~";

	for (size_t i = 0; i < text.size && !buf->overflowed; i++) {
		if (memchr(plain, text.at[i], sizeof(plain) - 1))
			buf_add_char(buf, text.at[i]);
		else if (text.at[i] == ' ')
			buf_add_char(buf, '+');
		else
			buf_format(buf, "%%%02X", (uint8_t)text.at[i]);
	}
}

/* Prints the arguments as one text, nil as "<no value>", and escapes it. */
static int escaped_print(struct limits *limits, const struct value *arguments,
			 size_t count, void (*escape)(struct buf *buf, struct span text),
			 struct value *result, struct error *error)
{
	CLEANUP(free_ptr)
	struct value *values = mem_copy(arguments, count * sizeof(*values));
	CLEANUP(buf_free) struct buf plain = {.max_size = limits->scratch.max_size};

	for (size_t i = 0; i < count; i++)
		if (values[i].type == VALUE_NIL)
			values[i] = value_text(SPAN("<no value>"));
	print_values(limits, &plain, values, count);
	if (limits_count(limits, plain.size, error) < 0)
		return -1;
	escape(&limits->scratch, (struct span){buf_text(&plain), plain.size});
	limits->scratch.overflowed |= plain.overflowed;
	return limits_take_text(limits, result, error);
}

int call_html(struct limits *limits, const struct value *arguments, size_t count,
	      struct value *result, struct error *error)
{
	if (escaped_print(limits, arguments, count, html_add, result, error) < 0)
		return -1;
	result->markup = MARKUP_ESCAPED;
	return 0;
}

int call_js(struct limits *limits, const struct value *arguments, size_t count,
	    struct value *result, struct error *error)
{
	return escaped_print(limits, arguments, count, js_add, result, error);
}

int call_urlquery(struct limits *limits, const struct value *arguments, size_t count,
		  struct value *result, struct error *error)
{
	return escaped_print(limits, arguments, count, urlquery_add, result, error);
}
