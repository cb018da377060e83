/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escapes text for terminals and JSON, and finds the nearest known word. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/mem.h"
#include "common/text.h"

enum { WORD_MAX = 64 };

size_t text_utf8_length(const char *text, size_t length)
{
	const uint8_t *bytes = (const uint8_t *)text;
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t code;
	size_t size;

	if (!length)
		return 0;
	if (bytes[0] < 0x80)
		return 1;
	if ((bytes[0] & 0xe0) == 0xc0)
		size = 2, code = bytes[0] & 0x1f;
	else if ((bytes[0] & 0xf0) == 0xe0)
		size = 3, code = bytes[0] & 0x0f;
	else if ((bytes[0] & 0xf8) == 0xf0)
		size = 4, code = bytes[0] & 0x07;
	else
		return 0;
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < smallest[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return size;
}

bool text_is_utf8(const char *text, size_t length)
{
	for (size_t size; length; text += size, length -= size) {
		size = text_utf8_length(text, length);
		if (!size)
			return false;
	}
	return true;
}

/* Decodes a sequence of up to three bytes. */
static unsigned int code_of(const char *text, size_t size)
{
	const uint8_t *bytes = (const uint8_t *)text;

	if (size == 1)
		return bytes[0];
	if (size == 2)
		return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3f);
	return (bytes[0] & 0x0fu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3f);
}

bool text_is_unsafe(const char *text, size_t size)
{
	unsigned int code;

	if (!size || size > 3)
		return !size;
	code = code_of(text, size);
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 ||
	       code == 0x2029 || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

void text_add_printable(struct buf *buf, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		size_t size = text_utf8_length(text, left);
		bool unsafe = text_is_unsafe(text, size);

		size = size ? size : 1;
		if (!unsafe)
			buf_add(buf, text, size);
		for (size_t i = 0; unsafe && i < size; i++)
			buf_format(buf, "\\x%02x", (uint8_t)text[i]);
		text += size;
		left -= size;
	}
}

static void json_add_special(struct buf *buf, unsigned int code)
{
	static const char short_form[] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
		['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};

	buf_add_char(buf, '\\');
	if (code < sizeof(short_form) && short_form[code])
		buf_add_char(buf, short_form[code]);
	else
		buf_format(buf, "u%04x", code);
}

/* Escapes unsafe characters except those in `plain`, and the ASCII characters in `also`.
 */
static void json_add(struct buf *buf, const char *text, size_t length, const char *also,
		     const char *plain)
{
	size_t kept = 0;

	while (kept < length) {
		const char *at = text + kept;
		size_t size = text_utf8_length(at, length - kept);
		bool is_plain = size == 1 && *at && strchr(plain, *at);
		bool is_special = size == 1 && *at && strchr(also, *at);

		if (is_plain || (!is_special && !text_is_unsafe(at, size))) {
			kept += size;
			continue;
		}
		buf_add(buf, text, kept);
		if (size)
			json_add_special(buf, code_of(at, size));
		else
			buf_add_string(buf, "\xef\xbf\xbd");
		size = size ? size : 1;
		text += kept + size;
		length -= kept + size;
		kept = 0;
	}
	buf_add(buf, text, kept);
}

bool text_equal(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

void text_add_shell(struct buf *buf, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=:,./@%";

	if (*text && !text[strspn(text, plain)]) {
		buf_add_string(buf, text);
		return;
	}
	buf_add_char(buf, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_string(buf, "'\\''");
		else
			buf_add_char(buf, *text);
	}
	buf_add_char(buf, '\'');
}

void text_add_json(struct buf *buf, const char *text, size_t length)
{
	buf_add_char(buf, '"');
	json_add(buf, text, length, "\"\\", "");
	buf_add_char(buf, '"');
}

void text_add_json_text(struct buf *buf, const char *json)
{
	/* White space between strings stays. */
	json_add(buf, json, strlen(json), "", "\n\t ");
}

int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Restricted edit distance (optimal string alignment), doubled so that case costs 1. */
static unsigned int word_distance(const char *a, size_t a_length, const char *b,
				  size_t b_length)
{
	unsigned int rows[3][WORD_MAX + 1];
	unsigned int *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_length; j++)
		above[j] = (unsigned int)(2 * j);
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int *oldest = before;

		row[0] = (unsigned int)(2 * i);
		for (size_t j = 1; j <= b_length; j++) {
			unsigned char x = (unsigned char)a[i - 1];
			unsigned char y = (unsigned char)b[j - 1];
			unsigned int cost = x == y ? 0 : tolower(x) == tolower(y) ? 1 : 2;

			row[j] = smaller(above[j - 1] + cost,
					 smaller(above[j], row[j - 1]) + 2);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], before[j - 2] + 2);
		}
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_length];
}

const char *text_nearest(const char *word, const char *const words[], size_t count)
{
	size_t length = strlen(word);
	unsigned int best = 2 * (unsigned int)((length + 2) / 3) + 1;
	const char *nearest = NULL;

	if (length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(words[i]);
		unsigned int distance;

		if (other > WORD_MAX)
			continue;
		distance = word_distance(word, length, words[i], other);
		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}

char *text_did_you_mean(const char *nearest)
{
	return nearest ? mem_format("; did you mean \"%s\"?", nearest) : mem_string("");
}

char *text_meant(const char *word, const char *const words[], size_t count)
{
	return text_did_you_mean(text_nearest(word, words, count));
}
