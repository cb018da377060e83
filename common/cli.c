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
#include "common/cli_help.h"
#include "common/cli_option.h"
#include "common/cli_verb.h"
#include "common/interrupt.h"
#include "common/text.h"

enum { WORDS_MAX = 64 };

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

/* Prints what is on its way to standard output. */
static int stdout_close(const struct cli *cli)
{
	bool failed = ferror(stdout);

	if (fclose(stdout) != 0)
		failed = true;
	if (!failed)
		return 0;
	if (!cli->stdout_failed)
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

/* A format of the program's that only other verbs have. */
static _Noreturn void format_misplaced(struct cli *cli, const char *name)
{
	CLEANUP(buf_free) struct buf verbs = {0};

	for (const struct cli_verb *verb = cli->program->verbs; verb->run; verb++) {
		if (verb->common & CLI_MORE_FORMATS)
			buf_format(&verbs, "%s%s", verbs.size ? ", " : "", verb->name);
	}
	cli_usage(cli, "%s does not have the output format \"%s\", only these do: %s",
		  cli->verb->name, name, buf_text(&verbs));
}

static void format_set(struct cli *cli, const char *name)
{
	const char *words[WORDS_MAX] = {"table", "tsv", "json", "jsonl"};
	bool has_more = cli->verb->common & CLI_MORE_FORMATS;
	size_t count = 4;

	cli->format_name = name;
	if (output_format_parse(name, &cli->format) == 0)
		return;
	for (const char *const *more = cli->program->more_formats; more && *more;
	     more++) {
		if (!strcmp(name, *more) && !has_more)
			format_misplaced(cli, name);
		if (!strcmp(name, *more))
			return;
		if (has_more && count < WORDS_MAX)
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
	const struct cli_option *option;
	size_t count = 0;

	while (cli_option_at(cli->verb, count))
		count++;
	cli->long_options = mem_zero(count + 1, sizeof(*cli->long_options));
	buf_add_char(&letters, ':');
	count = 0;
	for (size_t i = 0; (option = cli_option_at(cli->verb, i)); i++)
		option_register(cli, &count, &letters, option);
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
	case 'h':
		cli_help(cli->program, cli->verb);
		finish(cli);
	case CLI_CODE_VERSION:
		version_print(cli);
	case CLI_CODE_HEADER:
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

int cli_status_of(size_t count, size_t system, bool any_failed)
{
	if (count && system == count)
		return CLI_SYSTEM;
	return any_failed || system ? CLI_NO : CLI_DONE;
}

int cli_output_end(struct cli *cli, struct output *output, int status)
{
	CLEANUP(error_free) struct error error = {0};

	if (output_end(output, &error) == 0)
		return status;
	if (!cli->stdout_failed)
		cli_error(cli, "standard output: %s", error_text(&error));
	cli->stdout_failed = true;
	return CLI_SYSTEM;
}

static _Noreturn void verb_unknown(struct cli *cli, const char *name)
{
	CLEANUP(buf_free) struct buf all = {0};
	const struct cli_verb *verb, *next;
	const char *names[WORDS_MAX];
	size_t count = 0;

	for (; count < WORDS_MAX && (verb = cli_verb_at(cli->program, count)); count++) {
		next = cli_verb_at(cli->program, count + 1);
		buf_format(&all, "%s%s", !count ? "" : next ? ", " : " or ", verb->name);
		names[count] = verb->name;
	}
	if (text_nearest(name, names, count))
		cli_usage(cli, "unknown verb \"%s\"%s", name,
			  text_meant(name, names, count));
	cli_usage(cli, "unknown verb \"%s\": %s", name, buf_text(&all));
}

static int help_run(struct cli *cli)
{
	const struct cli_verb *verb = cli->verb;

	while (cli_next(cli) != CLI_END)
		;
	cli_operands(cli, 0, 1);
	if (cli->operand_count)
		verb = cli_verb_find(cli->program, cli->operands[0]);
	if (!verb) {
		cli->verb = NULL;
		verb_unknown(cli, cli->operands[0]);
	}
	cli_help(cli->program, verb);
	return CLI_DONE;
}

const struct cli_verb cli_help_verb = {
	.name = "help",
	.arguments = "[VERB]",
	.help = "print this text, or the options of a verb",
	.run = help_run};

/* What to do where no verb is meant. */
static _Noreturn void verb_missing(struct cli *cli, const struct cli_choice *choice,
				   int argc, char **argv)
{
	if (argc < 2) {
		cli_help_program(cli->program, stderr);
		exit(CLI_USAGE);
	}
	if (choice->asked == CLI_CODE_VERSION)
		version_print(cli);
	if (choice->asked) {
		cli_help_program(cli->program, stdout);
		finish(cli);
	}
	if (choice->unknown_letter)
		cli_usage(cli, "unknown option \"-%c\"", choice->unknown_letter);
	if (choice->unknown)
		cli_usage(cli, "unknown option \"%s\"", choice->unknown);
	if (choice->at == argc)
		cli_usage(cli, "verb missing");
	verb_unknown(cli, argv[choice->at]);
}

/* Sets the verb, and the command line without its name. */
static void verb_select(struct cli *cli, int argc, char **argv)
{
	struct cli_choice choice = {.verb = cli->program->verbs};

	if (choice.verb->name)
		cli_verb_choose(cli->program, argc, argv, &choice);
	if (!choice.verb)
		verb_missing(cli, &choice, argc, argv);
	cli->verb = choice.verb;
	cli->argv = mem_zero((size_t)argc + 1, sizeof(*cli->argv));
	for (int i = 0; i < argc; i++)
		if (!choice.at || i != choice.at)
			cli->argv[cli->argc++] = argv[i];
}

int cli_main(const struct cli_program *program, int argc, char **argv)
{
	struct cli cli = {.program = program};
	int status;

	interrupt_begin(cli_print_notice, &cli);
	cli.format = isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_TSV;
	verb_select(&cli, argc, argv);
	options_prepare(&cli);
	status = cli.verb->run(&cli);
	free(cli.long_options);
	free(cli.short_options);
	free(cli.argv);
	free(cli.uris.items);
	if (stdout_close(&cli) < 0)
		status = CLI_SYSTEM;
	interrupt_end();
	return status;
}
