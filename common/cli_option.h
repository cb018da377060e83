/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of verbs: their own, and the common ones. */
#ifndef COMMON_CLI_OPTION_H
#define COMMON_CLI_OPTION_H

#include "common/cli.h"

/* Codes of common options without a short form; above those of any verb. */
enum { CLI_CODE_VERSION = 0x10000, CLI_CODE_HEADER };

/* The verb's option of that number, from 0: its own, then the common ones that it takes.
 * A common one of the same name as its own is left out. NULL after the last. */
const struct cli_option *cli_option_at(const struct cli_verb *verb, size_t number);

/*
 * The verb's option of that long name, or whose only beginning it is, as getopt_long(3)
 * accepts it; NULL when there is none.
 */
const struct cli_option *cli_option_long(const struct cli_verb *verb, const char *name,
					 size_t length);

/* The verb's option of that letter, or NULL. */
const struct cli_option *cli_option_short(const struct cli_verb *verb, char letter);

#endif
