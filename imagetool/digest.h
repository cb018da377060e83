/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums of files, as distributions publish them: SHA-256 and SHA-512. */
#ifndef IMAGETOOL_DIGEST_H
#define IMAGETOOL_DIGEST_H

#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

enum digest_type { DIGEST_SHA256, DIGEST_SHA512 };

enum { DIGEST_SIZE_MAX = SHA512_DIGEST_SIZE };

struct checksum {
	enum digest_type type;
	uint8_t bytes[DIGEST_SIZE_MAX];
};

/* Parses "sha256:..." or "sha512:...", with hexadecimal digits in any case. */
int checksum_parse(const char *text, struct checksum *checksum, struct error *error);
/* Parses `length` hexadecimal digits, whose number decides the type. -1 on failure. */
int checksum_parse_hex(const char *text, size_t length, struct checksum *checksum);
bool checksum_is_same(const struct checksum *a, const struct checksum *b);

/* A checksum that is being computed. */
struct digest {
	enum digest_type type;
	union {
		struct sha256_ctx sha256;
		struct sha512_ctx sha512;
	};
};

void digest_begin(struct digest *digest, enum digest_type type);
void digest_add(struct digest *digest, const void *data, size_t size);
/* Adds `size` zeros. */
void digest_add_zeros(struct digest *digest, uint64_t size);
struct checksum digest_end(struct digest *digest);

/* Writes "sha256:..." to `text` and returns it. */
enum { CHECKSUM_TEXT_MAX = 7 + 2 * DIGEST_SIZE_MAX + 1 };
const char *checksum_text(const struct checksum *checksum,
			  char text[static CHECKSUM_TEXT_MAX]);

#endif
