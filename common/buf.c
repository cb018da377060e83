/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer with a maximum. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"

char *buf_room(struct buf *buf, size_t size)
{
	size_t needed;

	if (__builtin_add_overflow(buf->size, size, &needed) || needed == SIZE_MAX ||
	    (buf->max_size && needed > buf->max_size)) {
		buf->overflowed = true;
		return NULL;
	}
	if (needed + 1 > buf->capacity) {
		size_t grown = buf->capacity > SIZE_MAX / 2 ? SIZE_MAX
							    : buf->capacity * 2;

		if (grown < needed + 1)
			grown = needed + 1;
		if (grown < 64)
			grown = 64;
		buf->data = mem_resize(buf->data, grown, 1);
		buf->capacity = grown;
	}
	/* Nothing may come into it. */
	buf->data[buf->size] = '\0';
	return buf->data + buf->size;
}

char *buf_room_any(struct buf *buf, size_t size, size_t *room)
{
	size_t spare = buf->data ? buf->capacity - buf->size - 1 : 0;

	if (buf->max_size && spare > buf->max_size - buf->size)
		spare = buf->max_size - buf->size;
	*room = spare ? spare : size;
	return buf_room(buf, *room);
}

void buf_filled(struct buf *buf, size_t size)
{
	buf->size += size;
	buf->data[buf->size] = '\0';
}

void buf_add(struct buf *buf, const void *data, size_t size)
{
	bool has_room = !buf->max_size && size < buf->capacity - buf->size;

	if (!has_room && !buf_room(buf, size))
		return;
	if (size)
		memcpy(buf->data + buf->size, data, size);
	buf_filled(buf, size);
}

void buf_add_more(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_add_string(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_format(struct buf *buf, const char *format, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	buf_add_string(buf, text);
}

const char *buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
	char *text = buf->data ? TAKE(buf->data) : mem_string("");

	buf->size = 0;
	buf->capacity = 0;
	return text;
}

void buf_clear(struct buf *buf)
{
	buf->size = 0;
	buf->overflowed = false;
	if (buf->data)
		buf->data[0] = '\0';
}

void buf_free(struct buf *buf)
{
	if (!buf)
		return;
	free(buf->data);
	*buf = (struct buf){.max_size = buf->max_size};
}
