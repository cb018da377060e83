/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rendering has used up of its limits, and the memory of its values. */
#define _GNU_SOURCE
#include <inttypes.h>

#include "provision/template/limits.h"

enum {
	BYTES_PER_STEP = 16,
	STEPS_PER_MEMBER = 4, /* which is sorted */
};

void work_begin(struct work *work, size_t max_bytes, uint64_t max_steps)
{
	work->arena = (struct arena){.max_used = max_bytes};
	arena_begin(&work->arena, work->first, sizeof(work->first));
	work->scratch = (struct buf){.max_size = max_bytes};
	work->steps = 0;
	work->max_steps = max_steps;
}

void work_end(struct work *work)
{
	arena_free(&work->arena);
	buf_free(&work->scratch);
}

int work_count(struct work *work, size_t bytes, struct error *error)
{
	uint64_t steps = 1 + bytes / BYTES_PER_STEP;

	if (steps > work->max_steps - work->steps)
		return error_set(error, "more than %" PRIu64 " steps", work->max_steps);
	work->steps += steps;
	return 0;
}

struct member *work_members(struct work *work, const struct value *map, size_t *count)
{
	size_t length = (size_t)json_object_object_length(map->map);

	if (work_count(work, length * STEPS_PER_MEMBER * BYTES_PER_STEP, NULL) < 0) {
		work->steps = work->max_steps;
		return NULL;
	}
	return value_members(map, &work->arena, count);
}

int work_refused(const struct work *work, struct error *error)
{
	if (work->steps == work->max_steps)
		return error_set(error, "more than %" PRIu64 " steps", work->max_steps);
	return work_overflow(work, error);
}

int work_overflow(const struct work *work, struct error *error)
{
	return error_set(error, "more than %zu bytes", work->arena.max_used);
}

int work_take_text(struct work *work, struct value *text, struct error *error)
{
	size_t size = work->scratch.size;
	char *copy = NULL;

	if (work_count(work, size, error) < 0)
		return -1;
	if (!work->scratch.overflowed)
		copy = arena_copy(&work->arena, buf_text(&work->scratch), size);
	buf_clear(&work->scratch);
	if (!copy)
		return work_overflow(work, error);
	*text = value_text((struct span){copy, size});
	return 0;
}
