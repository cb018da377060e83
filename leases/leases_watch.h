/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases watch: a line of JSON for each lease that comes, changes or goes. */
#ifndef LEASES_LEASES_WATCH_H
#define LEASES_LEASES_WATCH_H

#include "common/cli.h"

/* Options and function of the verb. Returns an enum cli_status. */
extern const struct cli_option watch_options[];
int watch_run(struct cli *cli);

#endif
