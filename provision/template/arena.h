/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is taken piece by piece and freed at once. */
#ifndef PROVISION_TEMPLATE_ARENA_H
#define PROVISION_TEMPLATE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/* Zeroed is empty and unlimited. */
struct arena {
	struct arena_block *blocks;
	unsigned char *next; /* of the `left` bytes that are free */
	size_t left;
	size_t used;	 /* bytes given out */
	size_t max_used; /* 0: no limit */
};

enum { ARENA_ALIGNMENT = 16 };

/* Gives an empty arena memory to begin with, which is borrowed and aligned. */
void arena_begin(struct arena *arena, void *memory, size_t size);

/* `size` zeroed bytes, aligned for anything; NULL when the limit is reached. */
void *arena_get(struct arena *arena, size_t size);
/* A copy with a NUL behind it; NULL when the limit is reached. */
char *arena_copy(struct arena *arena, const char *text, size_t size);
void arena_free(struct arena *arena);

/* Frees what was given out since the mark was set. */
struct arena_mark {
	struct arena_block *blocks;
	unsigned char *next;
	size_t left, used;
};

struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, const struct arena_mark *mark);

#endif
