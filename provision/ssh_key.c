/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSH public keys, as sshd(8) has them in AUTHORIZED_KEYS FILE FORMAT. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/mem.h"
#include "provision/ssh_key.h"

static int base64_value(char c)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* Decodes at most `max` bytes of base64 (RFC 4648, section 4). */
static size_t base64_decode(const char *text, size_t length, uint8_t *bytes, size_t max)
{
	uint32_t bits = 0;
	unsigned int held = 0;
	size_t size = 0;

	for (size_t i = 0; i < length && size < max; i++) {
		int value = base64_value(text[i]);

		if (value < 0)
			break;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[size++] = (uint8_t)(bits >> held);
		}
	}
	return size;
}

/* The blob begins with the key type as an SSH string: four bytes of length, then the
 * name. */
static bool blob_names_type(const char *blob, size_t length, const char *type,
			    size_t type_length)
{
	uint8_t bytes[4 + 64];
	size_t size = base64_decode(blob, length, bytes, sizeof(bytes));

	if (type_length > sizeof(bytes) - 4 || size < 4 + type_length)
		return false;
	return bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 &&
	       bytes[3] == type_length && !memcmp(bytes + 4, type, type_length);
}

static bool blob_is_base64(const char *blob, size_t length)
{
	size_t padding = 0;

	while (padding < 2 && padding < length && blob[length - padding - 1] == '=')
		padding++;
	for (size_t i = 0; i < length - padding; i++)
		if (base64_value(blob[i]) < 0)
			return false;
	return length % 4 == 0;
}

static int line_check(const char *line, size_t length, struct error *error)
{
	size_t type = 0, gap, blob;

	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)line[i]) && line[i] != '\t')
			return error_set(error, "control character in the SSH key");
	while (type < length && !isblank((unsigned char)line[type]))
		type++;
	for (gap = type; gap < length && isblank((unsigned char)line[gap]);)
		gap++;
	for (blob = gap; blob < length && !isblank((unsigned char)line[blob]);)
		blob++;
	if (!type || blob == gap || !blob_is_base64(line + gap, blob - gap) ||
	    !blob_names_type(line + gap, blob - gap, line, type))
		return error_set(error,
				 "not an SSH public key (\"type base64 comment\")");
	return 0;
}

int ssh_key_parse(const char *text, char **key, struct error *error)
{
	const char *found = NULL;
	size_t found_length = 0;

	for (size_t length; *text; text += length + (text[length] == '\n')) {
		size_t end;

		length = strcspn(text, "\n");
		end = length;
		while (end && isspace((unsigned char)text[end - 1]))
			end--;
		if (!end || text[0] == '#')
			continue;
		if (found)
			return error_set(error, "more than one SSH key");
		found = text;
		found_length = end;
	}
	if (!found)
		return error_set(error, "no SSH key");
	if (line_check(found, found_length, error) < 0)
		return -1;
	*key = mem_substring(found, found_length);
	return 0;
}
