/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is allocated piece by piece and freed as a whole. */
#ifndef PROVISION_TEMPLATE_ARENA_H
#define PROVISION_TEMPLATE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/* Zeroed: empty and unlimited. */
struct arena {
	struct arena_block *blocks;
	unsigned char *next; /* the first of the `left` free bytes */
	size_t left;
	size_t used;	 /* bytes allocated */
	size_t max_used; /* 0: no limit */
};

enum { ARENA_ALIGNMENT = 16 };

/* Gives an empty arena its first memory, which must be aligned and stays the caller's. */
void arena_begin(struct arena *arena, void *memory, size_t size);

/* `size` zeroed bytes, aligned for any type; NULL when the limit is reached. */
void *arena_get(struct arena *arena, size_t size);
/* A copy, followed by a NUL; NULL when the limit is reached. */
char *arena_copy(struct arena *arena, const char *text, size_t size);
void arena_free(struct arena *arena);

/* A state of an arena: arena_rewind() frees what was allocated after arena_mark(). */
struct arena_mark {
	struct arena_block *blocks;
	unsigned char *next;
	size_t left, used;
};

struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, const struct arena_mark *mark);

#endif
