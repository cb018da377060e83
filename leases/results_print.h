/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers on standard output, in the format that the user asked for. */
#ifndef LEASES_RESULTS_PRINT_H
#define LEASES_RESULTS_PRINT_H

#include "common/cli.h"
#include "leases/query.h"

/* The words for -o beyond those of common/output.h, NULL-ended. */
extern const char *const results_formats[];

/* Prints results of a query as --output says; names that a format can't hold are
 * warnings. An enum cli_status. */
int results_print(struct cli *cli, const struct query *query,
		  const struct result_refs *results);

/* For a dynamic inventory of Ansible: of all hosts, or with `host` of this one. */
int results_print_ansible(const struct cli *cli, const struct query *query,
			  const struct result_refs *results, const char *host);

#endif
