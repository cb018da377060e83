/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escapes text for terminals and JSON, and finds the nearest known word. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

/*
 * Whether the character at `text`, of `size` bytes by text_utf8_length(), must be escaped
 * for a terminal or a reader of lines: control characters (U+0000 to U+001F, U+007F to
 * U+009F), line and paragraph separators (U+2028, U+2029), characters that change the
 * direction of text (U+202A to U+202E, U+2066 to U+2069; Unicode Technical Report 36,
 * section 2.7), and bytes that are not UTF-8 (size 0).
 */
bool text_is_unsafe(const char *text, size_t size);

/* Adds text with \xNN for each byte of an unsafe character, also for newlines, so that
 * hostile names can't control a terminal and a message is one line. */
void text_add_printable(struct buf *buf, const char *text);

/* Adds the text as one word of a shell's command line (POSIX, section 2.2), in single
 * quotes if necessary. */
void text_add_shell(struct buf *buf, const char *text);

/*
 * Adds a JSON string with its quotes (RFC 8259, section 7). Unsafe characters become
 * \uNNNN; bytes that are not UTF-8 become U+FFFD, since JSON can't express them.
 */
void text_add_json(struct buf *buf, const char *text, size_t length);

/* Adds JSON written by a library, which escapes only what the RFC requires, and escapes
 * also the other unsafe characters in its strings. */
void text_add_json_text(struct buf *buf, const char *json);

/* The length of the UTF-8 sequence at `text`, with `length` bytes left; 0 if it is
 * invalid (RFC 3629: surrogates and overlong forms are). */
size_t text_utf8_length(const char *text, size_t length);

/* Whether both are the same text, or both NULL. */
bool text_equal(const char *one, const char *other);

/* Whether the whole text is UTF-8. */
bool text_is_utf8(const char *text, size_t length);

/* The value of a hexadecimal digit in upper or lower case; -1 for other characters. */
int text_hex_digit(char c);

/*
 * The one of `count` words that is nearest to `word`, counting insertions, deletions,
 * replacements and swaps of adjacent characters, and half for a difference in case. NULL
 * if the nearest needs more than one edit for each three characters (rounded up).
 */
const char *text_nearest(const char *word, const char *const words[], size_t count);

/* The end of a message about an unknown word: `; did you mean "memory"?`; "" for NULL.
 * The caller owns it. */
char *text_did_you_mean(const char *nearest);

/* The same, with the result of text_nearest(). */
char *text_meant(const char *word, const char *const words[], size_t count);

#endif
