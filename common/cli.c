/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line that all tools share: verbs, options, messages, exit status. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/cli.h"
#include "common/interrupt.h"
#include "common/text.h"

enum { CODE_HELP = 0x10000, CODE_VERSION, CODE_HEADER, WORDS_MAX = 64 };

struct common_option {
	unsigned int when; /* enum cli_common; 0: always */
	struct cli_option option;
};

static const struct common_option common_options[] = {
	{CLI_CONNECT, {'c', "connect", "URI", "libvirt connection; may be given again"}},
	{CLI_CONNECT_ONE, {'c', "connect", "URI", "libvirt connection"}},
	{CLI_OUTPUT, {'o', "output", "FORMAT", "table, tsv, json or jsonl"}},
	{CLI_OUTPUT,
	 {CODE_HEADER, "header", NULL, "name the columns of TSV in a first line"}},
	{CLI_DRY_RUN, {'n', "dry-run", NULL, "show what would be done, change nothing"}},
	{0, {'q', "quiet", NULL, "no warnings and no progress"}},
	{0, {'v', "verbose", NULL, "say more; may be given again"}},
	{0, {CODE_HELP, "help", NULL, "print this text"}},
	{0, {CODE_VERSION, "version", NULL, "print the version"}},
};

void cli_usage(struct cli *cli, const char *format, ...)
{
	const char *verb = cli->verb && cli->verb->name ? cli->verb->name : NULL;
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	cli_error(cli, "usage: %s (see %s%s%s --help)", text, cli->program->name,
		  verb ? " " : "", verb ? verb : "");
	free(text); /* exit() leaves no scope */
	exit(CLI_USAGE);
}

static void option_print(const struct cli_option *option)
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
		printf("  %s\n  %26s  %s\n", name, "", option->help);
	else
		printf("  %-26s  %s\n", name, option->help);
}

static void formats_print(const struct cli_program *program)
{
	if (!program->more_formats)
		return;
	printf("\nFurther output formats:");
	for (size_t i = 0; program->more_formats[i]; i++)
		printf(" %s", program->more_formats[i]);
	putchar('\n');
}

static void verb_help(const struct cli *cli)
{
	const struct cli_verb *verb = cli->verb;

	printf("Usage: %s%s%s [OPTION...]%s%s\n\n%s\n\n", cli->program->name,
	       verb->name ? " " : "", verb->name ? verb->name : "",
	       verb->arguments ? " " : "", verb->arguments ? verb->arguments : "",
	       verb->help);
	for (const struct cli_option *o = verb->options; o && o->name; o++)
		option_print(o);
	for (size_t i = 0; i < ARRAY_LENGTH(common_options); i++)
		if (!common_options[i].when || (common_options[i].when & verb->common))
			option_print(&common_options[i].option);
	if (verb->common & CLI_OUTPUT)
		formats_print(cli->program);
}

static void program_help(const struct cli *cli)
{
	printf("Usage: %s VERB [OPTION...] [ARGUMENT...]\n\n%s\n\n", cli->program->name,
	       cli->program->help);
	for (const struct cli_verb *verb = cli->program->verbs; verb->run; verb++)
		printf("  %-10s %s\n", verb->name, verb->help);
	printf("\n%s VERB --help prints the options of a verb.\n", cli->program->name);
}

/* Prints what is on its way to standard output. */
static int stdout_close(const struct cli *cli)
{
	bool failed = ferror(stdout);

	if (fclose(stdout) != 0)
		failed = true;
	if (!failed)
		return 0;
	if (!cli->stdout_told)
		cli_error(cli, "standard output: %s",
			  errno ? strerror(errno) : "write error");
	return -1;
}

static _Noreturn void finish(const struct cli *cli)
{
	exit(stdout_close(cli) < 0 ? CLI_SYSTEM : CLI_DONE);
}

static _Noreturn void version_print(const struct cli *cli)
{
	printf("%s %s\n", cli->program->name, VMANGO_VERSION);
	finish(cli);
}

static void format_set(struct cli *cli, const char *name)
{
	const char *words[WORDS_MAX] = {"table", "tsv", "json", "jsonl"};
	size_t count = 4;

	cli->format_name = name;
	if (output_format_parse(name, &cli->format) == 0)
		return;
	for (const char *const *more = cli->program->more_formats; more && *more;
	     more++) {
		if (!strcmp(name, *more))
			return;
		if (count < WORDS_MAX)
			words[count++] = *more;
	}
	cli_usage(cli, "unknown output format \"%s\"%s", name,
		  text_meant(name, words, count));
}

static void option_register(struct cli *cli, size_t *count, struct buf *letters,
			    const struct cli_option *option)
{
	cli->long_options[(*count)++] = (struct option){
		.name = option->name,
		.has_arg = option->value ? required_argument : no_argument,
		.val = option->code,
	};
	if (option->code < CLI_LONG)
		buf_format(letters, "%c%s", option->code, option->value ? ":" : "");
}

static void options_prepare(struct cli *cli)
{
	CLEANUP(buf_free) struct buf letters = {0};
	size_t own = 0, count = 0;

	while (cli->verb->options && cli->verb->options[own].name)
		own++;
	cli->long_options = mem_zero(own + ARRAY_LENGTH(common_options) + 1,
				     sizeof(*cli->long_options));
	buf_add_char(&letters, ':');
	for (size_t i = 0; i < own; i++)
		option_register(cli, &count, &letters, &cli->verb->options[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(common_options); i++) {
		unsigned int when = common_options[i].when;

		if (!when || (when & cli->verb->common))
			option_register(cli, &count, &letters, &common_options[i].option);
	}
	cli->short_options = buf_take(&letters);
	opterr = 0;
	optind = 0;
}

static _Noreturn void option_unknown(struct cli *cli, const char *word)
{
	const char *names[WORDS_MAX], *nearest;
	size_t count = 0;

	for (const struct option *o = cli->long_options; o->name && count < WORDS_MAX;
	     o++)
		names[count++] = o->name;
	nearest = strncmp(word, "--", 2) ? NULL : text_nearest(word + 2, names, count);
	nearest = nearest ? mem_format("--%s", nearest) : NULL;
	cli_usage(cli, "unknown option \"%s\"%s", word, text_did_you_mean(nearest));
}

/* Stores a common option; false when the code is one of the verb's own. */
static bool common_option_take(struct cli *cli, int code)
{
	switch (code) {
	case CODE_HELP:
		verb_help(cli);
		finish(cli);
	case CODE_VERSION:
		version_print(cli);
	case CODE_HEADER:
		cli->header = true;
		return true;
	case 'c':
		if (cli->uris.count && cli->verb->common & CLI_CONNECT_ONE)
			cli_usage(cli, "one --connect at most");
		*array_add(&cli->uris) = cli->value;
		return true;
	case 'o':
		format_set(cli, cli->value);
		return true;
	case 'n':
		cli->dry_run = true;
		return true;
	case 'q':
		cli->quiet = true;
		return true;
	case 'v':
		cli->verbose++;
		return true;
	default:
		return false;
	}
}

static bool option_is_own(const struct cli *cli, int code)
{
	for (const struct cli_option *o = cli->verb->options; o && o->name; o++)
		if (o->code == code)
			return true;
	return false;
}

int cli_next(struct cli *cli)
{
	for (;;) {
		int before = optind ? optind : 1;
		int code = getopt_long(cli->argc, cli->argv, cli->short_options,
				       cli->long_options, NULL);

		cli->value = optarg;
		if (code == -1) {
			cli->operands = cli->argv + optind;
			cli->operand_count = cli->argc - optind;
			return CLI_END;
		}
		if (code == ':')
			cli_usage(cli, "%s needs a value", cli->argv[optind - 1]);
		if (code == '?') {
			char letter[] = {'-', (char)optopt, '\0'};

			if (optopt >= CLI_LONG)
				cli_usage(cli, "%s takes no value",
					  cli->argv[optind - 1]);
			option_unknown(cli,
				       optopt ? letter
					      : cli->argv[optind > before ? optind - 1
									  : before]);
		}
		if (option_is_own(cli, code) || !common_option_take(cli, code))
			return code;
	}
}

void cli_operands(struct cli *cli, int min, int max)
{
	const char *arguments = cli->verb->arguments ? cli->verb->arguments
						     : "no arguments";

	if (cli->operand_count < min)
		cli_usage(cli, "argument missing: %s", arguments);
	if (max >= 0 && cli->operand_count > max)
		cli_usage(cli, "too many arguments: \"%s\"", cli->operands[max]);
}

int cli_output_end(struct cli *cli, struct output *output, int status)
{
	CLEANUP(error_free) struct error error = {0};

	if (output_end(output, &error) == 0)
		return status;
	if (!cli->stdout_told)
		cli_error(cli, "standard output: %s", error_text(&error));
	cli->stdout_told = true;
	return CLI_SYSTEM;
}

static const struct cli_verb *verb_find(struct cli *cli, const char *name)
{
	const char *names[WORDS_MAX];
	size_t count = 0;

	for (const struct cli_verb *verb = cli->program->verbs; verb->run; verb++) {
		if (!strcmp(verb->name, name))
			return verb;
		if (count < WORDS_MAX)
			names[count++] = verb->name;
	}
	cli_usage(cli, "unknown verb \"%s\"%s", name, text_meant(name, names, count));
}

static void verb_select(struct cli *cli, int argc, char **argv)
{
	const struct cli_verb *verbs = cli->program->verbs;

	if (!verbs[0].name) {
		cli->verb = &verbs[0];
		cli->argc = argc;
		cli->argv = argv;
		return;
	}
	if (argc < 2)
		cli_usage(cli, "verb missing");
	if (!strcmp(argv[1], "--help")) {
		program_help(cli);
		finish(cli);
	}
	if (!strcmp(argv[1], "--version"))
		version_print(cli);
	if (argv[1][0] == '-')
		cli_usage(cli, "options follow the verb");
	cli->verb = verb_find(cli, argv[1]);
	cli->argc = argc - 1;
	cli->argv = argv + 1;
}

int cli_main(const struct cli_program *program, int argc, char **argv)
{
	struct cli cli = {.program = program};
	int status;

	interrupt_begin(cli_tell, &cli);
	cli.format = isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_TSV;
	verb_select(&cli, argc, argv);
	options_prepare(&cli);
	status = cli.verb->run(&cli);
	free(cli.long_options);
	free(cli.short_options);
	free(cli.uris.items);
	if (stdout_close(&cli) < 0)
		status = CLI_SYSTEM;
	interrupt_end();
	return status;
}
