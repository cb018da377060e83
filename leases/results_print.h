/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints results to standard output, in the format of --output. */
#ifndef LEASES_RESULTS_PRINT_H
#define LEASES_RESULTS_PRINT_H

#include "common/cli.h"
#include "leases/query.h"

/* The words for --output in addition to those of common/output.h; ends with NULL. */
extern const char *const results_formats[];

/* Prints results of a query. A host that the format can't express is a warning. Returns
 * an enum cli_status. */
int results_print(struct cli *cli, const struct query *query,
		  const struct result_refs *results);

/* Prints the output of an Ansible inventory script: for `host`, or if NULL for all. */
int results_print_ansible(const struct cli *cli, const struct query *query,
			  const struct result_refs *results, const char *host);

#endif
