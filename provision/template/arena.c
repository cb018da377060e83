/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is allocated piece by piece and freed as a whole. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "provision/template/arena.h"

enum { BLOCK_SIZE = 8192 };

struct arena_block {
	struct arena_block *next;
	_Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
};

void arena_begin(struct arena *arena, void *memory, size_t size)
{
	arena->next = memory;
	arena->left = size;
}

static void block_add(struct arena *arena, size_t size)
{
	size_t space = size < BLOCK_SIZE ? BLOCK_SIZE : size, total;
	struct arena_block *block;

	if (__builtin_add_overflow(space, sizeof(*block), &total))
		mem_exhausted();
	block = mem_resize(NULL, total, 1);
	block->next = arena->blocks;
	arena->blocks = block;
	arena->next = block->bytes;
	arena->left = space;
}

void *arena_get(struct arena *arena, size_t size)
{
	void *memory;

	if (size > SIZE_MAX - ARENA_ALIGNMENT)
		return NULL;
	size = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
	if (size > SIZE_MAX - arena->used ||
	    (arena->max_used && arena->used + size > arena->max_used))
		return NULL;
	if (!arena->next || arena->left < size)
		block_add(arena, size);
	memory = memset(arena->next, 0, size);
	arena->next += size;
	arena->left -= size;
	arena->used += size;
	return memory;
}

char *arena_copy(struct arena *arena, const char *text, size_t size)
{
	char *copy = size < SIZE_MAX ? arena_get(arena, size + 1) : NULL;

	if (copy && size)
		memcpy(copy, text, size);
	return copy;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){arena->blocks, arena->next, arena->left, arena->used};
}

void arena_rewind(struct arena *arena, const struct arena_mark *mark)
{
	while (arena->blocks != mark->blocks) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	arena->next = mark->next;
	arena->left = mark->left;
	arena->used = mark->used;
}

void arena_free(struct arena *arena)
{
	arena_rewind(arena, &(struct arena_mark){0});
}
