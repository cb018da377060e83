/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of vmango-imagetool, with their options; see its man page. Each returns the
 * exit status. */
#ifndef IMAGETOOL_IMAGE_VERBS_H
#define IMAGETOOL_IMAGE_VERBS_H

#include "common/cli.h"

extern const struct cli_option image_parse_options[];
int image_parse_run(struct cli *cli);

extern const struct cli_option image_name_options[];
int image_name_run(struct cli *cli);

extern const struct cli_option image_import_options[];
int image_import_run(struct cli *cli);

extern const struct cli_option image_list_options[];
int image_list_run(struct cli *cli);

extern const struct cli_option image_inspect_options[];
int image_inspect_run(struct cli *cli);

extern const struct cli_option image_remove_options[];
int image_remove_run(struct cli *cli);

#endif
