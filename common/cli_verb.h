/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which verb a command line means, wherever its options are. */
#ifndef COMMON_CLI_VERB_H
#define COMMON_CLI_VERB_H

#include "common/cli.h"

/* The program's verb of that number, from 0; `help`, which every program with verbs has,
 * is the last, and NULL follows. */
const struct cli_verb *cli_verb_at(const struct cli_program *program, size_t number);

/* The verb `help` prints the help of the program, or of the verb that is its operand. */
extern const struct cli_verb cli_help_verb;

/* The verb of that name, or NULL. */
const struct cli_verb *cli_verb_find(const struct cli_program *program, const char *name);

/* What a command line means. */
struct cli_choice {
	const struct cli_verb *verb; /* NULL: none */
	int at; /* where argv has its name, 0: nowhere; without a verb where argv has its
		   first operand, argc: nowhere */
	/* Without a verb: */
	int asked; /* the code of --help or --version, whichever is first, or 0 */
	const char *unknown; /* the first option that no verb has: its word, or its
				letter when that is not 0; or NULL */
	char unknown_letter;
};

/*
 * A verb is meant when its name is the first operand of the command line, read with the
 * options of that very verb: `-m list start` and `--version 12 name` are what they are
 * with the options behind. An option that the verb does not know takes a value if it does
 * with another verb; cli_next() reports it then. Where no operand is, an option that only
 * a verb with CLI_UNNAMED has means that verb.
 */
void cli_verb_choose(const struct cli_program *program, int argc, char **argv,
		     struct cli_choice *choice);

#endif
