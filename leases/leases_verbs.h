/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of vmango-leases, for its table: each its options and its function. */
#ifndef LEASES_LEASES_VERBS_H
#define LEASES_LEASES_VERBS_H

#include "common/cli.h"

extern const struct cli_option resolve_options[];
int resolve_run(struct cli *cli);

extern const struct cli_option list_options[];
int list_run(struct cli *cli);

extern const struct cli_option ansible_options[];
int ansible_run(struct cli *cli);

extern const struct cli_option watch_options[];
int watch_run(struct cli *cli);

extern const struct cli_option release_options[];
int release_verb_run(struct cli *cli);

extern const struct cli_option audit_options[];
int audit_run(struct cli *cli);

#endif
