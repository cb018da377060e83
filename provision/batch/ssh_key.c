/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSH public keys, as described in sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "provision/batch/ssh_key.h"

static int base64_value(char c)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* Decodes base64 with its padding (RFC 4648, section 4); `bytes` has room for 3 bytes for
 * each 4 characters. -1 when it is not base64. */
static int base64_decode(const char *text, size_t length, uint8_t *bytes, size_t *size)
{
	uint32_t bits = 0;
	unsigned int held = 0, padding = 0;

	if (length % 4)
		return -1;
	for (; length && padding < 2 && text[length - 1] == '='; length--)
		padding++;
	*size = 0;
	for (size_t i = 0; i < length; i++) {
		int value = base64_value(text[i]);

		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[(*size)++] = (uint8_t)(bits >> held);
		}
	}
	return 0;
}

/* Reads an SSH string: four bytes of length, then as many bytes. Moves past it; -1 when
 * it is truncated. */
static int string_skip(const uint8_t **bytes, size_t *left, const uint8_t **string,
		       size_t *length)
{
	const uint8_t *at = *bytes;

	if (*left < 4)
		return -1;
	*length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
	if (*length > *left - 4)
		return -1;
	*string = at + 4;
	*bytes += 4 + *length;
	*left -= 4 + *length;
	return 0;
}

/* Whether the blob consists of strings up to its end, and the first one is the type. */
static bool blob_is_key(const char *base64, size_t base64_length, const char *type,
			size_t type_length)
{
	CLEANUP(free_ptr) uint8_t *blob = mem_zero(base64_length / 4 + 1, 3);
	const uint8_t *rest = blob, *string;
	size_t left, length;

	if (base64_decode(base64, base64_length, blob, &left) < 0 ||
	    string_skip(&rest, &left, &string, &length) < 0 || length != type_length ||
	    memcmp(string, type, length) != 0 || !left)
		return false;
	while (left)
		if (string_skip(&rest, &left, &string, &length) < 0)
			return false;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int text_check(const char *line, size_t length, struct error *error)
{
	if (!text_is_utf8(line, length))
		return error_set(error, "SSH key is not UTF-8");
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)line[i];

		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return error_set(error, "control character in the SSH key");
	}
	return 0;
}

static int line_check(const char *line, size_t length, struct error *error)
{
	size_t type = 0, gap, blob;

	if (text_check(line, length, error) < 0)
		return -1;
	while (type < length && !is_blank(line[type]))
		type++;
	for (gap = type; gap < length && is_blank(line[gap]);)
		gap++;
	for (blob = gap; blob < length && !is_blank(line[blob]);)
		blob++;
	if (!blob_is_key(line + gap, blob - gap, line, type))
		return error_set(error,
				 "not an SSH public key (\"type base64 comment\")");
	return 0;
}

int ssh_key_parse(const char *text, size_t size, char **key, struct error *error)
{
	const char *found = NULL, *end = text + size, *next;
	size_t found_length = 0;

	if (size > SSH_KEY_MAX)
		return error_set(error, "SSH key is longer than %d bytes", SSH_KEY_MAX);
	for (const char *line = text; line < end; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((newline ? newline : end) - line);

		next = newline ? newline + 1 : end;
		while (length && (is_blank(line[length - 1]) || line[length - 1] == '\r'))
			length--;
		if (!length || line[0] == '#')
			continue;
		if (found)
			return error_set(error, "more than one SSH key");
		if (line_check(line, length, error) < 0)
			return -1;
		found = line;
		found_length = length;
	}
	if (!found)
		return error_set(error, "no SSH key");
	*key = mem_substring(found, found_length);
	return 0;
}
