/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints results as records: the columns of all verbs. */
#ifndef LEASES_LEASES_OUTPUT_H
#define LEASES_LEASES_OUTPUT_H

#include "common/cli.h"
#include "common/output.h"
#include "leases/result.h"

enum leases_columns {
	LEASES_PLAIN,	 /* the columns of a lease */
	LEASES_EVENTS,	 /* Event first: what happened to the lease */
	LEASES_FINDINGS, /* Finding first, Detail and Fix last */
};

/* A record. Members that its columns don't show may be unset. */
struct leases_row {
	const struct result *result;
	const char *event;  /* or the kind of finding */
	const char *detail; /* of a finding */
	const char *fix;    /* how it can be or was fixed; NULL: it can't */
};

/*
 * Begins output in `format` to standard output; to be ended by output_end(). A table for
 * a single hypervisor has no column for it.
 */
struct output *leases_output_begin(const struct cli *cli, enum output_format format,
				   enum leases_columns columns);
void leases_output(struct output *output, const char *event, const struct result *result);

#endif
