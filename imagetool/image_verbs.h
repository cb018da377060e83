/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vmango-imagetool can do: a verb each, with its options; see its man page. */
#ifndef IMAGETOOL_IMAGE_VERBS_H
#define IMAGETOOL_IMAGE_VERBS_H

#include "common/cli.h"

extern const struct cli_option parse_options[];
int parse_run(struct cli *cli);

extern const struct cli_option name_options[];
int name_run(struct cli *cli);

extern const struct cli_option import_options[];
int import_run(struct cli *cli);

extern const struct cli_option list_options[];
int list_run(struct cli *cli);

extern const struct cli_option inspect_options[];
int inspect_run(struct cli *cli);

extern const struct cli_option remove_options[];
int remove_run(struct cli *cli);

#endif
