/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes Go's quoted literals: strings and characters. */
#include <string.h>

#include "common/text.h"
#include "provision/template/quote.h"
#include "provision/template/unicode.h"

static const char short_escapes[][2] = {
	{'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'},
	{'r', '\r'}, {'t', '\t'}, {'v', '\v'}, {'\\', '\\'},
};

static void point_add_escaped(struct buf *buf, uint32_t point)
{
	for (size_t i = 0; i < sizeof(short_escapes) / 2; i++) {
		if (point == (uint8_t)short_escapes[i][1]) {
			buf_format(buf, "\\%c", short_escapes[i][0]);
			return;
		}
	}
	if (point < ' ' || point == 0x7f)
		buf_format(buf, "\\x%02x", point);
	else if (point < 0x10000)
		buf_format(buf, "\\u%04x", point);
	else
		buf_format(buf, "\\U%08x", point);
}

static void point_add(struct buf *buf, uint32_t point, char quote, bool ascii)
{
	char text[UNICODE_ENCODED_MAX];

	if (point == (uint8_t)quote)
		buf_format(buf, "\\%c", quote);
	else if (point != '\\' && unicode_is_print(point) && (point < 0x80 || !ascii))
		buf_add(buf, text, unicode_encode(point, text));
	else
		point_add_escaped(buf, point);
}

void quote_text(struct buf *buf, const char *text, size_t size, bool ascii)
{
	size_t length;

	buf_add_char(buf, '"');
	for (size_t at = 0; at < size && !buf->overflowed; at += length) {
		uint32_t point = unicode_decode(text + at, size - at, &length);

		if (point == UNICODE_REPLACEMENT && length == 1)
			buf_format(buf, "\\x%02x", (uint8_t)text[at]);
		else
			point_add(buf, point, '"', ascii);
	}
	buf_add_char(buf, '"');
}

void quote_point(struct buf *buf, uint64_t point, bool ascii)
{
	if (!unicode_is_point(point))
		point = UNICODE_REPLACEMENT;
	buf_add_char(buf, '\'');
	point_add(buf, (uint32_t)point, '\'', ascii);
	buf_add_char(buf, '\'');
}

bool quote_raw_possible(const char *text, size_t size)
{
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		uint32_t point = unicode_decode(text + at, size - at, &length);

		if (length == 1 && (point == UNICODE_REPLACEMENT || point == '`' ||
				    point == 0x7f || (point < ' ' && point != '\t')))
			return false;
		if (point == 0xfeff)
			return false;
	}
	return true;
}

static int digit_value(char c, unsigned int base)
{
	int value = text_hex_digit(c);

	return value < (int)base ? value : -1;
}

/* Reads `count` digits at `*at`, which is moved past them. */
static int digits_read(const char **at, const char *end, size_t count, unsigned int base,
		       uint32_t *value)
{
	*value = 0;
	for (; count; count--) {
		int digit = *at < end ? digit_value(**at, base) : -1;

		if (digit < 0)
			return -1;
		*value = *value * base + (uint32_t)digit;
		(*at)++;
	}
	return 0;
}

/* Reads what follows a backslash. `*is_byte`: it is a byte, not a code point. */
static int escape_read(const char **at, const char *end, char quote, uint32_t *point,
		       bool *is_byte)
{
	char c;

	*is_byte = false;
	if (*at == end)
		return -1;
	c = *(*at)++;
	for (size_t i = 0; i < sizeof(short_escapes) / 2; i++) {
		if (c == short_escapes[i][0]) {
			*point = (uint8_t)short_escapes[i][1];
			return 0;
		}
	}
	switch (c) {
	case 'x':
		*is_byte = true;
		return digits_read(at, end, 2, 16, point);
	case 'u':
	case 'U':
		if (digits_read(at, end, c == 'u' ? 4 : 8, 16, point) < 0)
			return -1;
		return unicode_is_point(*point) ? 0 : -1;
	case '\'':
	case '"':
		*point = (uint8_t)c;
		return c == quote ? 0 : -1;
	default:
		(*at)--;
		*is_byte = true;
		return digits_read(at, end, 3, 8, point) < 0 || *point > 0xff ? -1 : 0;
	}
}

/* Reads one character of a literal, escaped or not. */
static int point_read(const char **at, const char *end, char quote, uint32_t *point,
		      bool *is_byte)
{
	size_t length;

	*is_byte = false;
	if (*at == end || **at == quote || **at == '\n')
		return -1;
	if (**at == '\\') {
		(*at)++;
		return escape_read(at, end, quote, point, is_byte);
	}
	*point = unicode_decode(*at, (size_t)(end - *at), &length);
	*at += length;
	return 0;
}

static int unquote_raw(struct buf *buf, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == '`')
			return -1;
		if (*at != '\r')
			buf_add_char(buf, *at);
	}
	return 0;
}

int unquote_text(struct buf *buf, const char *literal, size_t size)
{
	const char *at = literal + 1, *end = literal + size - 1;
	char text[UNICODE_ENCODED_MAX];
	uint32_t point;
	bool is_byte;

	if (size < 2 || literal[0] != *end || (*end != '"' && *end != '`'))
		return -1;
	if (*end == '`')
		return unquote_raw(buf, at, end);
	while (at < end) {
		if (point_read(&at, end, '"', &point, &is_byte) < 0)
			return -1;
		if (is_byte)
			buf_add_char(buf, (char)point);
		else
			buf_add(buf, text, unicode_encode(point, text));
	}
	return 0;
}

int unquote_point(const char *literal, size_t size, uint32_t *point, struct error *error)
{
	const char *at = literal + 1, *end = literal + size - 1;
	bool is_byte;

	if (size < 3 || literal[0] != '\'' || *end != '\'' ||
	    point_read(&at, end, '\'', point, &is_byte) < 0)
		return error_set(error, "invalid syntax");
	if (at != end)
		return error_set(error, "malformed character constant: %.*s", (int)size,
				 literal);
	return 0;
}
