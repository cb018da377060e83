/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text: escaping for people and for JSON, and the nearest known word. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

/*
 * Whether the character that begins here, of `size` bytes by text_utf8_length(), must not
 * reach a terminal or a reader of lines as it is: control characters (U+0000 to U+001F,
 * U+007F to U+009F), line and paragraph separators (U+2028, U+2029), what changes the
 * direction of the text after it (U+202A to U+202E, U+2066 to U+2069; Unicode Technical
 * Report 36, section 2.7), and what is no UTF-8 (size 0).
 */
bool text_is_unsafe(const char *text, size_t size);

/* What is unsafe becomes \xNN for each byte, so that hostile names can't talk to a
 * terminal. A newline too: a message is one line. */
void text_add_printable(struct buf *buf, const char *text);

/* The text as one word of a shell's command line (POSIX, section 2.2), in single quotes
 * where it has to be. */
void text_add_shell(struct buf *buf, const char *text);

/*
 * A JSON string with its quotes (RFC 8259, section 7). What is unsafe becomes \uNNNN;
 * bytes that are no UTF-8 become U+FFFD, since JSON can't hold them.
 */
void text_add_json(struct buf *buf, const char *text, size_t length);

/* JSON that a library has written, which escapes no more than the RFC demands: the rest
 * of what is unsafe in its strings likewise. */
void text_add_json_text(struct buf *buf, const char *json);

/* Length of the UTF-8 sequence at `text` (RFC 3629, no surrogates, no overlong forms)
 * with `length` bytes left; 0 when there is none. */
size_t text_utf8_length(const char *text, size_t length);

/* Whether both are the same text, or both NULL. */
bool text_equal(const char *one, const char *other);

/* Whether all of it is UTF-8. */
bool text_is_utf8(const char *text, size_t length);

/* The value of a hexadecimal digit in any case, -1 for every other character. */
int text_hex_digit(char c);

/*
 * The one of `count` words that is nearest to `word` by insertions, deletions,
 * replacements and swaps of neighbours, NULL when none is near enough to be meant: at
 * most one edit for each three characters begun, case counting half.
 */
const char *text_nearest(const char *word, const char *const words[], size_t count);

/* The end of a message about an unknown word: `; did you mean "memory"?`, "" for NULL.
 * The caller owns it. */
char *text_did_you_mean(const char *nearest);

/* The same with the word of `words` that text_nearest() finds. */
char *text_meant(const char *word, const char *const words[], size_t count);

#endif
