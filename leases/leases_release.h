/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases release: makes dnsmasq forget leases. */
#ifndef LEASES_LEASES_RELEASE_H
#define LEASES_LEASES_RELEASE_H

#include "common/cli.h"

/* Options and function of the verb. Returns an enum cli_status. */
extern const struct cli_option release_options[];
int release_verb_run(struct cli *cli);

#endif
