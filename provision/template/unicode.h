/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code points: UTF-8 as Go reads and writes it, and kinds of characters. */
#ifndef PROVISION_TEMPLATE_UNICODE_H
#define PROVISION_TEMPLATE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	UNICODE_REPLACEMENT = 0xfffd, /* replaces bytes that are not UTF-8 */
	UNICODE_MAX = 0x10ffff,
	UNICODE_ENCODED_MAX = 4,
};

struct unicode_range {
	uint32_t first, last;
};

extern const struct unicode_range unicode_letters[], unicode_digits[],
	unicode_printable[];
extern const size_t unicode_letters_count, unicode_digits_count, unicode_printable_count;

/* Reads the code point at `text`, with `size` > 0 bytes left; `*length` is its length
 * in bytes. Bytes that are not UTF-8 (RFC 3629) give the replacement character and
 * length 1. */
uint32_t unicode_decode(const char *text, size_t size, size_t *length);

/* Writes a code point as UTF-8 and returns the length. A number that is not a code point
 * becomes the replacement character. */
size_t unicode_encode(uint64_t point, char text[static UNICODE_ENCODED_MAX]);

/* The number of code points; a byte that is not UTF-8 counts as one. */
size_t unicode_count(const char *text, size_t size);

/* The length of the first `points` code points of the text. */
size_t unicode_prefix(const char *text, size_t size, size_t points);

bool unicode_is_point(uint64_t point); /* in range and not a surrogate */
bool unicode_is_letter(uint32_t point);
bool unicode_is_digit(uint32_t point); /* decimal, of any script */
/* Letters, marks, numbers, punctuation, symbols, and of all spaces only U+0020. */
bool unicode_is_print(uint32_t point);

#endif
