/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums of files, as distributions publish them: SHA-256 and SHA-512. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/mem.h"
#include "imagetool/digest.h"

struct type_facts {
	const char *name;
	size_t size;
};

static const struct type_facts types[] = {
	[DIGEST_SHA256] = {"sha256", SHA256_DIGEST_SIZE},
	[DIGEST_SHA512] = {"sha512", SHA512_DIGEST_SIZE},
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int checksum_parse_hex(const char *text, size_t length, struct checksum *checksum)
{
	struct checksum result = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		if (2 * types[i].size != length)
			continue;
		result.type = (enum digest_type)i;
		for (size_t at = 0; at < length; at++) {
			int digit = hex_digit(text[at]);

			if (digit < 0)
				return -1;
			result.bytes[at / 2] |= (uint8_t)(at % 2 ? digit : digit << 4);
		}
		*checksum = result;
		return 0;
	}
	return -1;
}

int checksum_parse(const char *text, struct checksum *checksum, struct error *error)
{
	const char *colon = strchr(text, ':');
	struct checksum result;

	for (size_t i = 0; colon && i < ARRAY_LENGTH(types); i++) {
		size_t length = strlen(types[i].name);

		if ((size_t)(colon - text) != length ||
		    strncmp(text, types[i].name, length))
			continue;
		if (checksum_parse_hex(colon + 1, strlen(colon + 1), &result) < 0 ||
		    result.type != i)
			return error_set(error, "%s needs %zu hexadecimal digits: \"%s\"",
					 types[i].name, 2 * types[i].size, text);
		*checksum = result;
		return 0;
	}
	return error_set(error, "not sha256:... or sha512:...: \"%s\"", text);
}

bool checksum_is_same(const struct checksum *a, const struct checksum *b)
{
	return a->type == b->type && !memcmp(a->bytes, b->bytes, types[a->type].size);
}

const char *checksum_text(const struct checksum *checksum,
			  char text[static CHECKSUM_TEXT_MAX])
{
	int at = snprintf(text, CHECKSUM_TEXT_MAX, "%s:", types[checksum->type].name);

	for (size_t i = 0; i < types[checksum->type].size; i++)
		at += snprintf(text + at, (size_t)(CHECKSUM_TEXT_MAX - at), "%02x",
			       checksum->bytes[i]);
	return text;
}

void digest_begin(struct digest *digest, enum digest_type type)
{
	digest->type = type;
	if (type == DIGEST_SHA256)
		sha256_init(&digest->sha256);
	else
		sha512_init(&digest->sha512);
}

void digest_add(struct digest *digest, const void *data, size_t size)
{
	if (digest->type == DIGEST_SHA256)
		sha256_update(&digest->sha256, size, data);
	else
		sha512_update(&digest->sha512, size, data);
}

void digest_add_zeros(struct digest *digest, uint64_t size)
{
	static const uint8_t zeros[16 * 1024];

	while (size) {
		size_t part = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);

		digest_add(digest, zeros, part);
		size -= part;
	}
}

struct checksum digest_end(struct digest *digest)
{
	struct checksum checksum = {.type = digest->type};

	if (digest->type == DIGEST_SHA256)
		sha256_digest(&digest->sha256, SHA256_DIGEST_SIZE, checksum.bytes);
	else
		sha512_digest(&digest->sha512, SHA512_DIGEST_SIZE, checksum.bytes);
	return checksum;
}
