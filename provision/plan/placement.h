/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a machine goes when several hypervisors will do. */
#ifndef PROVISION_PLAN_PLACEMENT_H
#define PROVISION_PLAN_PLACEMENT_H

#include <stddef.h>
#include <stdint.h>

/* What a hypervisor has left; becomes less with each machine that is placed there. */
struct placement_host {
	const char *name;
	uint64_t memory_free_bytes, disk_free_bytes;
	size_t machines; /* of all batches and of none */
};

struct placement_need {
	uint64_t memory_bytes, disk_bytes;
};

/* A hypervisor that may be chosen. */
struct placement_option {
	const struct placement_host *host;
	const char *obstacle; /* why it will not do ("no image"); NULL: it may */
};

/*
 * Of the hypervisors without an obstacle that have the memory and the disk, the one with
 * the fewest machines; of several the first. Sets *chosen to its place in `options` and
 * *why to the reason; -1 when none fits, with *why telling what stands against each.
 * `why` is the caller's in both cases.
 */
int placement_choose(const struct placement_option options[], size_t count,
		     const struct placement_need *need, size_t *chosen, char **why);

/* Takes the machine's share from what is left. */
void placement_take(struct placement_host *host, const struct placement_need *need);

#endif
