/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer with a maximum. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Zeroed is empty and unlimited. `data` is NULL or has a NUL behind its `size` bytes.
 * What would go beyond `max_size` bytes (0: no limit) is not added at all; `overflowed`
 * then stays set, so that a writer may check once at its end.
 */
struct buf {
	char *data;
	size_t size;
	size_t capacity;
	size_t max_size;
	bool overflowed;
};

void buf_add(struct buf *buf, const void *data, size_t size);
void buf_add_more(struct buf *buf, char c);
/* Tables are made of many of these. */
static inline void buf_add_char(struct buf *buf, char c)
{
	if (buf->size + 1 >= buf->capacity ||
	    (buf->max_size && buf->size >= buf->max_size)) {
		buf_add_more(buf, c);
		return;
	}
	buf->data[buf->size++] = c;
	buf->data[buf->size] = '\0';
}
void buf_add_string(struct buf *buf, const char *text);
void buf_format(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Makes room for `size` more bytes and gives the place of the first; NULL on overflow.
 * Write there, then add what was written to `size` with buf_filled(). */
char *buf_room(struct buf *buf, size_t size);
void buf_filled(struct buf *buf, size_t size);
/* The contents as a string, never NULL; owned by the buffer. */
const char *buf_text(const struct buf *buf);
/* The contents as a string that the caller owns; the buffer is empty after. */
char *buf_take(struct buf *buf);
/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *buf);
void buf_free(struct buf *buf);

#endif
