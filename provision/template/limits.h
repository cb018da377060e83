/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits of a rendering, and the memory of its values. */
#ifndef PROVISION_TEMPLATE_LIMITS_H
#define PROVISION_TEMPLATE_LIMITS_H

#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"
#include "provision/template/arena.h"
#include "provision/template/value.h"

enum { LIMITS_FIRST_SIZE = 4096 };

/* Must not be copied after limits_begin(). */
struct limits {
	struct arena arena; /* for texts created while rendering */
	struct buf
		scratch; /* for the text that is being created, bounded like the arena */
	uint64_t steps, max_steps;
	/* The arena's first block; enough for most renderings. */
	_Alignas(ARENA_ALIGNMENT) unsigned char first[LIMITS_FIRST_SIZE];
};

void limits_begin(struct limits *limits, size_t max_bytes, uint64_t max_steps);
void limits_end(struct limits *limits);

/* Counts one step, and one more for each 16 bytes; -1 when the limit is reached. */
int limits_count(struct limits *limits, size_t bytes, struct error *error);

/* Moves the contents of the scratch buffer into a value; -1 when they exceed the
 * limit. */
int limits_take_text(struct limits *limits, struct value *text, struct error *error);

/* The members of a map in the order of their keys, as value_members(); counts steps for
 * each. NULL when a limit is reached; limits_refused() then sets the error that says
 * which. */
struct member *limits_members(struct limits *limits, const struct value *map,
			      size_t *count);
int limits_refused(const struct limits *limits, struct error *error);

/* "more than N bytes"; returns -1. */
int limits_overflow(const struct limits *limits, struct error *error);

#endif
