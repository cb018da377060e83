/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line that all tools share: verbs, options, messages, exit status. */
#ifndef COMMON_CLI_H
#define COMMON_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"
#include "common/output.h"

enum cli_status {
	/* All done, or the answer is yes. */
	CLI_DONE = 0,
	/* The answer is no, or some items of a batch failed. */
	CLI_NO = 1,
	/* Usage error or invalid input, such as a file that can't be read; nothing was
	 * changed. */
	CLI_USAGE = 2,
	/* The system failed, or nobody answered. */
	CLI_SYSTEM = 3,
	/* Nothing failed, and a run that changes nothing found something to do. */
	CLI_TO_DO = 4,
};

/* An option of a verb; tables end with {0}. */
struct cli_option {
	int code;	   /* a letter for the short form, or CLI_LONG and above */
	const char *name;  /* the long form, without dashes */
	const char *value; /* what --help calls the value; NULL when it takes none */
	const char *help;
};

enum {
	CLI_END = -1,	/* cli_next(): no more options */
	CLI_LONG = 256, /* the first code for options without a short form */
};

/* The common options that a verb takes beyond -q, -v, -h and --version. */
enum cli_common {
	CLI_CONNECT = 1,     /* -c, --connect URI, which may be given again */
	CLI_OUTPUT = 2,	     /* -o, --output FORMAT; --header */
	CLI_DRY_RUN = 4,     /* -n, --dry-run */
	CLI_CONNECT_ONE = 8, /* -c, --connect URI, once */
	/* No option: without a verb in the command line, an option that only this verb
	 * has means it. */
	CLI_UNNAMED = 16,
	CLI_MORE_FORMATS = 32, /* with CLI_OUTPUT: also the program's own formats */
};

struct cli;

struct cli_verb {
	const char *name;      /* NULL: the program has no verbs, this is all it does */
	const char *arguments; /* for the usage line */
	const char *help;
	const struct cli_option *options; /* NULL: only the common ones */
	unsigned int common;		  /* enum cli_common, or-ed */
	/*
	 * Takes its options by cli_next() until CLI_END, then its operands, which are
	 * cli->operands; returns an enum cli_status.
	 */
	int (*run)(struct cli *cli);
};

struct cli_program {
	const char *name;
	const char *help;	      /* one sentence, for --help */
	const struct cli_verb *verbs; /* ends with {0}; the order is that of --help */
	const char *const
		*more_formats; /* for verbs with CLI_MORE_FORMATS; NULL-ended, or NULL */
};

struct cli {
	const struct cli_program *program;
	const struct cli_verb *verb;
	ARRAY(const char *)
	uris;			 /* each --connect; none means what libvirt defaults to */
	const char *format_name; /* the word given to -o, NULL when none was */
	enum output_format format; /* table on a terminal, TSV elsewhere; or as -o says */
	bool header, dry_run, quiet;
	int verbose;
	const char *value; /* of the option that cli_next() gave last */
	char **operands;   /* after CLI_END; NULL-ended, until cli_main() returns */
	int operand_count;
	/* for cli.c alone */
	bool stdout_failed; /* that it can't be written was printed */
	int argc;
	char **argv;
	struct option *long_options;
	char *short_options;
};

/*
 * Finds the verb (common/cli_verb.h), runs it, closes standard output and returns the
 * exit status. A write error on standard output is CLI_SYSTEM whatever the verb returned.
 * A signal that was noted meanwhile (common/interrupt.h) ends the program here.
 */
int cli_main(const struct cli_program *program, int argc, char **argv);

/*
 * The code of the verb's next option, its value in cli->value, or CLI_END. Common options
 * are stored in `cli` and not returned. --help, --version and usage errors end the
 * program.
 */
int cli_next(struct cli *cli);

/* Fails with CLI_USAGE unless there are `min` to `max` (-1: any number) operands. */
void cli_operands(struct cli *cli, int min, int max);

/* The status of a verb that was done at `count` places: 3 if the system failed at all of
 * them (`system`), 1 if anything failed, else 0. */
int cli_status_of(size_t count, size_t system, bool any_failed);

/* Ends the records on standard output. `status`, or CLI_SYSTEM (and a message) when they
 * could not be written. */
int cli_output_end(struct cli *cli, struct output *output, int status);

/* "program: usage: ..." and a pointer to --help; ends the program with CLI_USAGE. */
_Noreturn void cli_usage(struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "program: message" on standard error, control characters made visible. */
void cli_error(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same in between, for interrupt_begin(): below the terminal's "^C" or a line of
 * progress. */
void cli_print_notice(void *cli, const char *text);
/* The same unless --quiet. */
void cli_warn(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same only with --verbose. */
void cli_note(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Every message of a list, one a line, by cli_error() or cli_warn(). */
void cli_errors(const struct cli *cli, const struct error_list *list);
void cli_warnings(const struct cli *cli, const struct error_list *list);

#endif
