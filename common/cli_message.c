/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tools say on standard error. */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/cli.h"
#include "common/text.h"

static void message_print(const struct cli *cli, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

static void message_print(const struct cli *cli, const char *format, va_list arguments)
{
	CLEANUP(free_ptr) char *text = mem_vformat(format, arguments);
	CLEANUP(buf_free) struct buf line = {0};

	buf_format(&line, "%s: ", cli->program->name);
	text_add_printable(&line, text);
	buf_add_char(&line, '\n');
	/* One write, so that lines of several processes do not mix. */
	fwrite(line.data, 1, line.size, stderr);
}

void cli_error(const struct cli *cli, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message_print(cli, format, arguments);
	va_end(arguments);
}

void cli_print_notice(void *cli, const char *text)
{
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	cli_error(cli, "%s", text);
}

void cli_warn(const struct cli *cli, const char *format, ...)
{
	va_list arguments;

	if (cli->quiet)
		return;
	va_start(arguments, format);
	message_print(cli, format, arguments);
	va_end(arguments);
}

void cli_note(const struct cli *cli, const char *format, ...)
{
	va_list arguments;

	if (!cli->verbose)
		return;
	va_start(arguments, format);
	message_print(cli, format, arguments);
	va_end(arguments);
}

void cli_errors(const struct cli *cli, const struct error_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		cli_error(cli, "%s", list->messages[i]);
	if (list->dropped)
		cli_error(cli, "and %zu more", list->dropped);
}

void cli_warnings(const struct cli *cli, const struct error_list *list)
{
	if (!cli->quiet)
		cli_errors(cli, list);
}
