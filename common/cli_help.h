/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --help prints. */
#ifndef COMMON_CLI_HELP_H
#define COMMON_CLI_HELP_H

#include <stdio.h>

#include "common/cli.h"

/* The verbs of a program, and the options that most of them take. */
void cli_help_program(const struct cli_program *program, FILE *file);

/* A verb with all its options, to standard output; the program for its verb `help`. */
void cli_help(const struct cli_program *program, const struct cli_verb *verb);

#endif
