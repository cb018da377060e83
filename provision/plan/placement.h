/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice among several hypervisors for a machine. */
#ifndef PROVISION_PLAN_PLACEMENT_H
#define PROVISION_PLAN_PLACEMENT_H

#include <stddef.h>
#include <stdint.h>

/* The free resources of a hypervisor, less those of the machines placed there. */
struct placement_host {
	const char *name;
	uint64_t memory_free_bytes, disk_free_bytes;
	size_t machines; /* domains, whether they belong to a batch or not */
};

struct placement_need {
	uint64_t memory_bytes, disk_bytes;
};

/* A hypervisor that may be chosen. */
struct placement_option {
	const struct placement_host *host;
	const char *obstacle; /* why it is not suitable ("no image"); NULL: it is */
};

/*
 * Chooses, of the hypervisors without an obstacle and with enough memory and disk space,
 * the one with the fewest machines; of several, the first. Sets *chosen to its index in
 * `options`, and *why to the reason. -1 if none is suitable; *why then has the reason for
 * each. The caller owns *why in both cases.
 */
int placement_choose(const struct placement_option options[], size_t count,
		     const struct placement_need *need, size_t *chosen, char **why);

/* Subtracts the machine's resources from the free ones. */
void placement_take(struct placement_host *host, const struct placement_need *need);

#endif
