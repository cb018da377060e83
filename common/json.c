/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses JSON strictly and with limits, and puts any text into JSON. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/mem.h"
#include "common/text.h"

enum {
	NUMBER_SHOWN_MAX = 40,
	PLAIN_DIGITS_MAX = 18, /* that any integer of 64 bits holds */
};

DEFINE_CLEANUP(json_tokener *, json_tokener_free)

/* The error that stopped the parser at byte `end` of the text. */
static int parse_error(json_tokener *tokener, const char *text, size_t end,
		       struct error *error)
{
	enum json_tokener_error code = json_tokener_get_error(tokener);
	size_t line = 1;

	for (size_t i = 0; i < end; i++)
		line += text[i] == '\n';
	return error_set(error, "line %zu: %s", line,
			 code == json_tokener_error_parse_eof
				 ? "the JSON ends early"
				 : json_tokener_error_desc(code));
}

static size_t digits_skip(const char *text, size_t at)
{
	while (text[at] >= '0' && text[at] <= '9')
		at++;
	return at;
}

/* The length of the number at `text`; 0 if it is not a number (RFC 8259, section 6).
 */
static size_t number_length(const char *text, bool *is_integer)
{
	size_t start = *text == '-', at = digits_skip(text, start), digits;

	*is_integer = true;
	if (at == start || (text[start] == '0' && at > start + 1))
		return 0;
	if (text[at] == '.') {
		*is_integer = false;
		digits = at + 1;
		at = digits_skip(text, digits);
		if (at == digits)
			return 0;
	}
	if (text[at] == 'e' || text[at] == 'E') {
		*is_integer = false;
		digits = at + 1 + (text[at + 1] == '+' || text[at + 1] == '-');
		at = digits_skip(text, digits);
		if (at == digits)
			return 0;
	}
	return at;
}

/* Whether it fits into int64_t, uint64_t or double. */
static bool number_in_range(const char *text, bool is_integer)
{
	errno = 0;
	if (!is_integer)
		return !isinf(strtod(text, NULL));
	if (*text == '-')
		strtoll(text, NULL, 10);
	else
		strtoull(text, NULL, 10);
	return errno != ERANGE;
}

/* Checks the number at `text`, with `left` bytes left, and sets its length. */
static int number_check(const char *text, size_t left, size_t line, size_t *length,
			struct error *error)
{
	CLEANUP(free_ptr) char *copy = NULL;
	bool is_integer, plain = *text != '0' && *text != '-';
	size_t end = 0;

	for (; end < left && text[end] && strchr("0123456789+-.eE", text[end]); end++)
		plain &= text[end] >= '0' && text[end] <= '9';
	*length = end;
	if (plain && end <= PLAIN_DIGITS_MAX)
		return 0;
	copy = mem_substring(text, end);
	if (number_length(copy, &is_integer) != end)
		return error_set(error, "line %zu: not a number", line);
	if (!number_in_range(copy, is_integer))
		return error_set(error, "line %zu: number out of range: %.*s%s", line,
				 end > NUMBER_SHOWN_MAX ? NUMBER_SHOWN_MAX : (int)end,
				 copy, end > NUMBER_SHOWN_MAX ? "..." : "");
	return 0;
}

/* Whether the ASCII character needs no escape in a string. */
static const bool plain[0x100] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... 0x7f] = true};

/* Skips the string at `at`: returns the index after its closing quote, or the size. */
static int string_check(const char *text, size_t size, size_t *at, size_t line,
			struct error *error)
{
	size_t i = *at + 1, length;

	for (;;) {
		while (i < size && plain[(unsigned char)text[i]])
			i++;
		if (i >= size || text[i] == '"')
			break;
		if ((unsigned char)text[i] < ' ')
			return error_set(error, "line %zu: control character in a string",
					 line);
		length = text[i] == '\\' ? 2 : text_utf8_length(text + i, size - i);
		if (!length)
			return error_set(error, "line %zu: a string is no UTF-8", line);
		i += length;
	}
	*at = i < size ? i + 1 : size;
	return 0;
}

/* Refuses what json-c accepts and JSON does not: numbers that fit into no type, NaN and
 * Infinity, "1.", control characters in strings, and bytes that are not UTF-8. */
static int text_check(const char *text, size_t size, struct error *error)
{
	size_t line = 1, at = 0, length;

	while (at < size) {
		switch (text[at]) {
		case '"':
			if (string_check(text, size, &at, line, error) < 0)
				return -1;
			break;
		case 'N':
		case 'I':
			return error_set(error, "line %zu: not a number", line);
		case '-':
		case '0' ... '9':
			if (number_check(text + at, size - at, line, &length, error) < 0)
				return -1;
			at += length;
			break;
		default:
			line += text[at] == '\n';
			at++;
		}
	}
	return 0;
}

int json_parse(const char *text, size_t size, unsigned int max_depth, json_object **json,
	       struct error *error)
{
	CLEANUP(json_tokener_free_ptr)
	json_tokener *tokener = json_tokener_new_ex(
		(int)(max_depth < JSON_DEPTH_MAX ? max_depth : JSON_DEPTH_MAX) + 1);
	json_object *value;
	size_t end;

	if (!tokener)
		mem_exhausted();
	if (size > JSON_SIZE_MAX)
		return error_set(error, "larger than %d bytes", JSON_SIZE_MAX);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	if (text_check(text, size, error) < 0)
		return -1;
	value = json_tokener_parse_ex(tokener, text, (int)size);
	end = json_tokener_get_parse_end(tokener);
	/* A number ends only at the next character. */
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		value = json_tokener_parse_ex(tokener, "", 1);
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		json_object_put(value);
		return parse_error(tokener, text, end, error);
	}
	if (end < size) {
		json_object_put(value);
		return error_set(error, "line 1: a NUL byte is not JSON");
	}
	*json = value;
	return 0;
}

json_object *json_text(const char *text)
{
	CLEANUP(buf_free) struct buf valid = {0};
	size_t left = strlen(text);

	while (left) {
		size_t size = text_utf8_length(text, left);

		buf_add(&valid, size ? text : "\xef\xbf\xbd", size ? size : 3);
		text += size ? size : 1;
		left -= size ? size : 1;
	}
	return json_object_new_string_len(buf_text(&valid), (int)valid.size);
}

void json_add_text(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, text ? json_text(text) : NULL);
}

void json_add_number(json_object *object, const char *name, uint64_t number)
{
	json_object_object_add(object, name, json_object_new_uint64(number));
}
