/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads JSON text (RFC 8259) in place, so that a reader can continue after an error. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>

#include "common/text.h"
#include "leases/json_reader.h"

bool json_reader_more(struct json_reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
					    *reader->at == '\t' || *reader->at == '\r'))
		reader->at++;
	return reader->at < reader->end;
}

bool json_reader_take(struct json_reader *reader, char c)
{
	if (!json_reader_more(reader) || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

/* Starts after the opening quote and ends after the closing one. */
static bool string_read(struct json_reader *reader, struct json_value *value)
{
	const char *at = reader->at, *end = reader->end;

	*value = (struct json_value){.type = JSON_STRING, .text = at};
	for (; at < end && *at != '"' && (uint8_t)*at >= 0x20; at++) {
		if (*at != '\\')
			continue;
		value->escaped = true;
		if (++at == end)
			break;
	}
	reader->at = at;
	if (at == end || *at != '"')
		return false;
	value->size = (size_t)(at - value->text);
	reader->at++;
	return true;
}

static bool scalar_read(struct json_reader *reader, struct json_value *value)
{
	*value = (struct json_value){.type = JSON_SCALAR, .text = reader->at};
	while (reader->at < reader->end &&
	       (strchr("+-.", *reader->at) ||
		(*reader->at >= '0' && *reader->at <= '9') ||
		(*reader->at >= 'a' && *reader->at <= 'z') || *reader->at == 'E') &&
	       *reader->at)
		reader->at++;
	value->size = (size_t)(reader->at - value->text);
	return value->size > 0;
}

/* Starts after an opening bracket and ends after the one that closes it. */
static bool nested_skip(struct json_reader *reader, struct json_value *value)
{
	struct json_value ignored;
	unsigned int depth = 1;

	while (depth && reader->at < reader->end) {
		char c = *reader->at++;

		if (c == '"' && !string_read(reader, &ignored))
			return false;
		if ((c == '{' || c == '[') && ++depth > JSON_READER_DEPTH_MAX)
			return false;
		if (c == '}' || c == ']')
			depth--;
	}
	*value = (struct json_value){.type = JSON_NESTED};
	return !depth;
}

bool json_reader_value(struct json_reader *reader, struct json_value *value)
{
	if (json_reader_take(reader, '"'))
		return string_read(reader, value);
	if (json_reader_take(reader, '{') || json_reader_take(reader, '['))
		return nested_skip(reader, value);
	return scalar_read(reader, value);
}

void json_reader_resume(struct json_reader *reader)
{
	struct json_value ignored;

	while (reader->at < reader->end && *reader->at != '{' && *reader->at != ']') {
		if (*reader->at++ == '"')
			string_read(reader, &ignored);
	}
}

static bool hex4_read(const char **at, const char *end, uint32_t *code)
{
	*code = 0;
	if (end - *at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = text_hex_digit(*(*at)++);

		if (digit < 0)
			return false;
		*code = *code << 4 | (uint32_t)digit;
	}
	return true;
}

static void utf8_add(struct buf *text, uint32_t code)
{
	char bytes[4];
	size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = size - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	bytes[0] = (char)(lead[size == 1 ? 0 : size] | code);
	buf_add(text, bytes, size);
}

/* Reads the digits after "\u". */
static bool unicode_add(const char **at, const char *end, struct buf *text)
{
	uint32_t code, low;

	if (!hex4_read(at, end, &code))
		return false;
	if (code >= 0xd800 && code < 0xdc00) {
		if (end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u')
			return false;
		*at += 2;
		if (!hex4_read(at, end, &low) || low < 0xdc00 || low >= 0xe000)
			return false;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	} else if (!code || (code >= 0xdc00 && code < 0xe000)) {
		return false;
	}
	utf8_add(text, code);
	return true;
}

static bool escapes_add(const struct json_value *value, struct buf *text)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *at = value->text, *end = at + value->size;

	while (at < end) {
		const char *backslash = memchr(at, '\\', (size_t)(end - at));
		const char *name;

		buf_add(text, at, (size_t)((backslash ? backslash : end) - at));
		if (!backslash)
			return true;
		at = backslash + 2;
		if (backslash[1] == 'u') {
			if (!unicode_add(&at, end, text))
				return false;
			continue;
		}
		name = backslash[1] ? strchr(names, backslash[1]) : NULL;
		if (!name)
			return false;
		buf_add_char(text, meanings[name - names]);
	}
	return true;
}

bool json_value_text(const struct json_value *value, struct buf *text)
{
	if (value->type != JSON_STRING && value->type != JSON_SCALAR)
		return false;
	if (memchr(value->text, '\0', value->size))
		return false;
	if (value->escaped)
		return escapes_add(value, text);
	buf_add(text, value->text, value->size);
	return true;
}
