/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of verbs: their own, and the common ones. */
#include <string.h>

#include "common/cli_option.h"

struct common_option {
	unsigned int when; /* enum cli_common; 0: always */
	struct cli_option option;
};

static const struct common_option common_options[] = {
	{CLI_CONNECT, {'c', "connect", "URI", "libvirt connection; may be given again"}},
	{CLI_CONNECT_ONE, {'c', "connect", "URI", "libvirt connection"}},
	{CLI_OUTPUT, {'o', "output", "FORMAT", "table, tsv, json or jsonl"}},
	{CLI_OUTPUT,
	 {CLI_CODE_HEADER, "header", NULL, "name the columns of TSV in a first line"}},
	{CLI_DRY_RUN, {'n', "dry-run", NULL, "show what would be done, change nothing"}},
	{0, {'q', "quiet", NULL, "no warnings and no progress"}},
	{0, {'v', "verbose", NULL, "say more; may be given again"}},
	{0, {'h', "help", NULL, "print this text"}},
	{0, {CLI_CODE_VERSION, "version", NULL, "print the version"}},
};

static bool is_own(const struct cli_verb *verb, const char *name)
{
	for (const struct cli_option *o = verb->options; o && o->name; o++)
		if (!strcmp(o->name, name))
			return true;
	return false;
}

const struct cli_option *cli_option_at(const struct cli_verb *verb, size_t number)
{
	for (const struct cli_option *o = verb->options; o && o->name; o++)
		if (!number--)
			return o;
	for (size_t i = 0; i < ARRAY_LENGTH(common_options); i++) {
		const struct common_option *common = &common_options[i];

		if (common->when && !(common->when & verb->common))
			continue;
		if (!is_own(verb, common->option.name) && !number--)
			return &common->option;
	}
	return NULL;
}

const struct cli_option *cli_option_long(const struct cli_verb *verb, const char *name,
					 size_t length)
{
	const struct cli_option *option, *found = NULL;
	bool ambiguous = false;

	for (size_t i = 0; (option = cli_option_at(verb, i)); i++) {
		if (strncmp(option->name, name, length))
			continue;
		if (!option->name[length])
			return option;
		ambiguous = found;
		found = option;
	}
	return ambiguous ? NULL : found;
}

const struct cli_option *cli_option_short(const struct cli_verb *verb, char letter)
{
	const struct cli_option *option;

	for (size_t i = 0; (option = cli_option_at(verb, i)); i++)
		if (option->code < CLI_LONG && option->code == letter)
			return option;
	return NULL;
}
