/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The selection of machines of a batch. */
#ifndef PROVISION_PLAN_PLAN_FILTER_H
#define PROVISION_PLAN_PLAN_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "provision/batch/batch.h"

/* Zeroed: all. */
struct plan_filter {
	const char *only;	     /* a glob(7) pattern, or NULL */
	const char *const *machines; /* names */
	size_t machine_count;	     /* 0: any name */
};

/* A zeroed filter selects all. */
bool plan_filter_takes(const struct plan_filter *filter, const char *name);

/* Each machine that is named must be one of `names`, and the pattern must match one of
 * them unless there are none. Returns -1 otherwise; messages have "no WHAT "NAME" WHERE".
 */
int plan_filter_check_names(const struct plan_filter *filter, const char *const names[],
			    size_t count, const char *what, const char *where,
			    struct error_list *errors);

/* The same for a batch: each machine that is named must be in the batch, or one of the
 * `count` that it no longer has; a pattern must match at least one. Returns -1 otherwise.
 */
int plan_filter_check(const struct plan_filter *filter, const struct batch *batch,
		      const char *const unlisted[], size_t count,
		      struct error_list *errors);

#endif
