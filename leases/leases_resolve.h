/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases resolve: the addresses of what the operands name, best first. */
#ifndef LEASES_LEASES_RESOLVE_H
#define LEASES_LEASES_RESOLVE_H

#include "common/cli.h"

/* Options and function of the verb. Returns an enum cli_status. */
extern const struct cli_option resolve_options[];
int resolve_run(struct cli *cli);

#endif
