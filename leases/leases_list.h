/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases list and ansible: every address, for people and for other programs. */
#ifndef LEASES_LEASES_LIST_H
#define LEASES_LEASES_LIST_H

#include "common/cli.h"

/* Options and function of `list`. Returns an enum cli_status. */
extern const struct cli_option leases_list_options[];
int leases_list_run(struct cli *cli);

/* The same of `ansible`. Returns an enum cli_status. */
extern const struct cli_option ansible_options[];
int ansible_run(struct cli *cli);

#endif
