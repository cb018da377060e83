/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --help prints. */
#include "common/cli_help.h"
#include "common/cli_option.h"
#include "common/cli_verb.h"

static void option_print(const struct cli_option *option, FILE *file)
{
	char name[64];
	int width;

	if (option->code < CLI_LONG)
		width = snprintf(name, sizeof(name), "-%c, --%s%s%s", option->code,
				 option->name, option->value ? " " : "",
				 option->value ? option->value : "");
	else
		width = snprintf(name, sizeof(name), "    --%s%s%s", option->name,
				 option->value ? " " : "",
				 option->value ? option->value : "");
	if (width > 26)
		fprintf(file, "  %s\n  %26s  %s\n", name, "", option->help);
	else
		fprintf(file, "  %-26s  %s\n", name, option->help);
}

static void formats_print(const struct cli_program *program)
{
	printf("\nFurther output formats:");
	for (size_t i = 0; program->more_formats[i]; i++)
		printf(" %s", program->more_formats[i]);
	putchar('\n');
}

/* The common options that any verb of the program takes. */
static void common_print(const struct cli_program *program, FILE *file)
{
	unsigned int taken = 0;
	struct cli_verb any = {0};
	const struct cli_option *option;

	for (const struct cli_verb *verb = program->verbs; verb->run; verb++)
		taken |= verb->common;
	any.common = taken & CLI_CONNECT ? taken & ~(unsigned int)CLI_CONNECT_ONE : taken;
	for (size_t i = 0; (option = cli_option_at(&any, i)); i++)
		option_print(option, file);
}

void cli_help_program(const struct cli_program *program, FILE *file)
{
	const struct cli_verb *verb;

	fprintf(file, "Usage: %s VERB [OPTION...] [ARGUMENT...]\n\n%s\n\n", program->name,
		program->help);
	for (size_t i = 0; (verb = cli_verb_at(program, i)); i++)
		fprintf(file, "  %-10s %s\n", verb->name, verb->help);
	fprintf(file,
		"\nOptions that several verbs take; all options may be before VERB too:\n\n");
	common_print(program, file);
	fprintf(file, "\n%s help VERB prints all options of a verb.\n", program->name);
}

void cli_help(const struct cli_program *program, const struct cli_verb *verb)
{
	const struct cli_option *option;

	if (verb == &cli_help_verb) {
		cli_help_program(program, stdout);
		return;
	}
	printf("Usage: %s%s%s [OPTION...]%s%s\n\n%s\n\n", program->name,
	       verb->name ? " " : "", verb->name ? verb->name : "",
	       verb->arguments ? " " : "", verb->arguments ? verb->arguments : "",
	       verb->help);
	for (size_t i = 0; (option = cli_option_at(verb, i)); i++)
		option_print(option, stdout);
	if (verb->common & CLI_MORE_FORMATS)
		formats_print(program);
}
