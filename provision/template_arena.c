/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is taken piece by piece and freed at once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "provision/template_arena.h"

enum { BLOCK_SIZE = 8192, ALIGNMENT = 16 };

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t filled;
	_Alignas(ALIGNMENT) unsigned char bytes[];
};

static struct arena_block *block_add(struct arena *arena, size_t size)
{
	struct arena_block *block;
	size_t total = size < BLOCK_SIZE ? BLOCK_SIZE : size;

	if (__builtin_add_overflow(total, sizeof(*block), &total))
		mem_exhausted();
	block = mem_resize(NULL, total, 1);
	*block = (struct arena_block){
		.next = arena->blocks,
		.size = total - sizeof(*block),
	};
	arena->blocks = block;
	return block;
}

void *arena_get(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX - ALIGNMENT)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > SIZE_MAX - arena->used ||
	    (arena->max_used && arena->used + size > arena->max_used))
		return NULL;
	if (!block || block->size - block->filled < size)
		block = block_add(arena, size);
	memory = memset(block->bytes + block->filled, 0, size);
	block->filled += size;
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

void arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	arena->used = 0;
}
