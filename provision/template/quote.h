/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes Go's quoted literals: strings and characters. */
#ifndef PROVISION_TEMPLATE_QUOTE_H
#define PROVISION_TEMPLATE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

/* The text in double quotes, by the rules of strconv.Quote; with `ascii` those of
 * QuoteToASCII. */
void quote_text(struct buf *buf, const char *text, size_t size, bool ascii);

/* The same for one code point in single quotes; 0xfffd for a number that is not one. */
void quote_point(struct buf *buf, uint64_t point, bool ascii);

/* Whether the text can be written between backquotes: valid UTF-8, one line, no control
 * characters but tab, no backquote. */
bool quote_raw_possible(const char *text, size_t size);

/* Appends the value of a string literal, given with its double quotes or backquotes
 * (https://go.dev/ref/spec#String_literals). -1 when it is not valid; `buf` may then hold
 * a part of it. */
int unquote_text(struct buf *buf, const char *literal, size_t size);

/* The code point of a character literal, given with its quotes. */
int unquote_point(const char *literal, size_t size, uint32_t *point, struct error *error);

#endif
