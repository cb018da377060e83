/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases audit: finds what is wrong with leases and reservations. */
#ifndef LEASES_LEASES_AUDIT_H
#define LEASES_LEASES_AUDIT_H

#include "common/cli.h"

/* Options and function of the verb. Returns an enum cli_status. */
extern const struct cli_option audit_options[];
int audit_run(struct cli *cli);

#endif
