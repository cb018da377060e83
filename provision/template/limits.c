/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits of a rendering, and the memory of its values. */
#define _GNU_SOURCE
#include <inttypes.h>

#include "provision/template/limits.h"

enum {
	BYTES_PER_STEP = 16,
	STEPS_PER_MEMBER = 4, /* for sorting */
};

void limits_begin(struct limits *limits, size_t max_bytes, uint64_t max_steps)
{
	limits->arena = (struct arena){.max_used = max_bytes};
	arena_begin(&limits->arena, limits->first, sizeof(limits->first));
	limits->scratch = (struct buf){.max_size = max_bytes};
	limits->steps = 0;
	limits->max_steps = max_steps;
}

void limits_end(struct limits *limits)
{
	arena_free(&limits->arena);
	buf_free(&limits->scratch);
}

int limits_count(struct limits *limits, size_t bytes, struct error *error)
{
	uint64_t steps = 1 + bytes / BYTES_PER_STEP;

	if (steps > limits->max_steps - limits->steps)
		return error_set(error, "more than %" PRIu64 " steps", limits->max_steps);
	limits->steps += steps;
	return 0;
}

struct member *limits_members(struct limits *limits, const struct value *map,
			      size_t *count)
{
	size_t length = (size_t)json_object_object_length(map->map);

	if (limits_count(limits, length * STEPS_PER_MEMBER * BYTES_PER_STEP, NULL) < 0) {
		limits->steps = limits->max_steps;
		return NULL;
	}
	return value_members(map, &limits->arena, count);
}

int limits_refused(const struct limits *limits, struct error *error)
{
	if (limits->steps == limits->max_steps)
		return error_set(error, "more than %" PRIu64 " steps", limits->max_steps);
	return limits_overflow(limits, error);
}

int limits_overflow(const struct limits *limits, struct error *error)
{
	return error_set(error, "more than %zu bytes", limits->arena.max_used);
}

int limits_take_text(struct limits *limits, struct value *text, struct error *error)
{
	size_t size = limits->scratch.size;
	char *copy = NULL;

	if (limits_count(limits, size, error) < 0)
		return -1;
	if (!limits->scratch.overflowed)
		copy = arena_copy(&limits->arena, buf_text(&limits->scratch), size);
	buf_clear(&limits->scratch);
	if (!copy)
		return limits_overflow(limits, error);
	*text = value_text((struct span){copy, size});
	return 0;
}
