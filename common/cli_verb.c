/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which verb a command line means, wherever its options are. */
#include <string.h>

#include "common/cli_option.h"
#include "common/cli_verb.h"

const struct cli_verb *cli_verb_at(const struct cli_program *program, size_t number)
{
	for (const struct cli_verb *verb = program->verbs; verb->run; verb++)
		if (!number--)
			return verb;
	return number ? NULL : &cli_help_verb;
}

const struct cli_verb *cli_verb_find(const struct cli_program *program, const char *name)
{
	const struct cli_verb *verb;

	for (size_t i = 0; (verb = cli_verb_at(program, i)); i++)
		if (!strcmp(verb->name, name))
			return verb;
	return NULL;
}

/* A command line that is read up to its first operand. */
struct scan {
	const struct cli_program *program;
	const struct cli_verb *verb; /* with the options of this verb */
	struct cli_choice *found;    /* its `asked` and `unknown` */
	const struct cli_verb *unnamed;
};

/* An option by its long name, or by its letter when `length` is 0. */
static const struct cli_option *option_find(const struct cli_verb *verb, const char *name,
					    size_t length)
{
	return length ? cli_option_long(verb, name, length)
		      : cli_option_short(verb, *name);
}

/* The verb's option, or that of the first verb that has one; *only is the verb that has
 * it when no other does, else NULL. */
static const struct cli_option *option_of_any(const struct scan *scan, const char *name,
					      size_t length, const struct cli_verb **only)
{
	const struct cli_option *found = option_find(scan->verb, name, length), *option;
	const struct cli_verb *verb;
	size_t count = 0;

	for (size_t i = 0; (verb = cli_verb_at(scan->program, i)); i++) {
		option = option_find(verb, name, length);
		if (option && !count++)
			*only = verb;
		found = found ? found : option;
	}
	if (count != 1)
		*only = NULL;
	return found;
}

/* Whether an option takes a value; notes what it means. */
static bool option_scan(struct scan *scan, const char *word, const char *name,
			size_t length)
{
	struct cli_choice *found = scan->found;
	const struct cli_verb *only;
	const struct cli_option *option = option_of_any(scan, name, length, &only);

	if (!option) {
		if (!found->unknown) {
			found->unknown = word;
			found->unknown_letter = length ? '\0' : *name;
		}
		return false;
	}
	if (!found->asked && (option->code == 'h' || option->code == CLI_CODE_VERSION))
		found->asked = option->code;
	if (only && only->common & CLI_UNNAMED)
		scan->unnamed = only;
	return option->value;
}

/* Whether the value of a word of options is the next word. */
static bool word_scan(struct scan *scan, const char *word)
{
	if (word[1] == '-') {
		const char *name = word + 2;
		size_t length = strcspn(name, "=");

		return option_scan(scan, word, name, length) && !name[length];
	}
	for (const char *letter = word + 1; *letter; letter++)
		if (option_scan(scan, word, letter, 0))
			return !letter[1];
	return false;
}

/* Where argv has its first operand; argc when nowhere. */
static int operand_find(struct scan *scan, int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--"))
			return i + 1;
		if (word_scan(scan, argv[i]))
			i++;
	}
	return i < argc ? i : argc;
}

void cli_verb_choose(const struct cli_program *program, int argc, char **argv,
		     struct cli_choice *choice)
{
	struct scan scan = {program, &cli_help_verb, choice, NULL};
	const struct cli_verb *verb;

	*choice = (struct cli_choice){0};
	choice->at = operand_find(&scan, argc, argv);
	if (choice->at == argc && scan.unnamed) {
		*choice = (struct cli_choice){.verb = scan.unnamed};
		return;
	}
	for (size_t i = 0; (verb = cli_verb_at(program, i)); i++) {
		struct cli_choice own = {.verb = verb};

		own.at = operand_find(&(struct scan){program, verb, &own, NULL}, argc,
				      argv);
		if (own.at < argc && !strcmp(argv[own.at], verb->name) &&
		    (!choice->verb || own.at < choice->at))
			*choice = own;
	}
}
