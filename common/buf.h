/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer with a maximum. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Zeroed, it is empty and unlimited. `data` is NULL or has a NUL after its `size` bytes.
 * Data that would exceed `max_size` bytes (0: no limit) is not added at all; `overflowed`
 * is then set and stays set, so that a writer can check it once at the end.
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
/* Inline, since tables are printed character by character. */
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
/* Allocates `size` more bytes and returns the address of the first; NULL on overflow. The
 * caller writes there and calls buf_filled() with the number of bytes written. */
char *buf_room(struct buf *buf, size_t size);
void buf_filled(struct buf *buf, size_t size);
/* As buf_room(), for input of unknown size: all that is allocated already, at least one
 * byte, and `size` bytes only if nothing is. Sets `room` to the number of bytes. */
char *buf_room_any(struct buf *buf, size_t size, size_t *room);
/* The contents as a string, never NULL; owned by the buffer. */
const char *buf_text(const struct buf *buf);
/* The contents as a string that the caller owns; the buffer is then empty. */
char *buf_take(struct buf *buf);
/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *buf);
void buf_free(struct buf *buf);

#endif
