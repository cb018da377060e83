/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases and results as records: the columns of `list`, `resolve` and `watch`. */
#ifndef LEASES_LEASES_OUTPUT_H
#define LEASES_LEASES_OUTPUT_H

#include "common/cli.h"
#include "common/output.h"
#include "leases/result.h"

enum leases_columns {
	LEASES_PLAIN,	 /* without Event */
	LEASES_EVENTS,	 /* Event first: what happened to the lease */
	LEASES_FINDINGS, /* Finding first, Detail and Fix last */
};

/* A record. What its columns don't show need not be set. */
struct leases_row {
	const struct result *result;
	const char *event;  /* or finding */
	const char *detail; /* of a finding */
	const char *fix;    /* what can be done, or has been; NULL: nothing */
};

/*
 * To standard output, in `format`; ended by output_end(). A table of one hypervisor does
 * without its column.
 */
struct output *leases_output_begin(const struct cli *cli, enum output_format format,
				   enum leases_columns columns);
void leases_output(struct output *output, const char *event, const struct result *result);

#endif
