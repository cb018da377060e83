/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rendering has used up of its limits, and the memory of its values. */
#ifndef PROVISION_TEMPLATE_LIMITS_H
#define PROVISION_TEMPLATE_LIMITS_H

#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"
#include "provision/template/arena.h"
#include "provision/template/value.h"

enum { LIMITS_FIRST_SIZE = 4096 };

/* Not to be copied once it has begun. */
struct limits {
	struct arena arena; /* of text made on the way */
	struct buf scratch; /* for one text in the making, bounded like the arena */
	uint64_t steps, max_steps;
	/* What most renderings make do with. */
	_Alignas(ARENA_ALIGNMENT) unsigned char first[LIMITS_FIRST_SIZE];
};

void limits_begin(struct limits *limits, size_t max_bytes, uint64_t max_steps);
void limits_end(struct limits *limits);

/* Counts one step and one more for each 16 bytes; -1 when there are no more. */
int limits_count(struct limits *limits, size_t bytes, struct error *error);

/* Makes the contents of the scratch buffer a value and empties it; -1 when they were
 * more than the limit allows. */
int limits_take_text(struct limits *limits, struct value *text, struct error *error);

/*
 * The members of a map in the order of their keys, as value_members(), counting steps
 * for each. NULL when a limit is reached; then limits_refused() tells which.
 */
struct member *limits_members(struct limits *limits, const struct value *map,
			      size_t *count);
int limits_refused(const struct limits *limits, struct error *error);

/* "more than N bytes"; returns -1. */
int limits_overflow(const struct limits *limits, struct error *error);

#endif
