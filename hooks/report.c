/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hook's messages, on standard error and in syslog. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <syslog.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "common/text.h"
#include "hooks/report.h"

static const char ident[] = "vmango-lease-monitor";

static void report(int priority, const char *guest, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

/* Standard error first, since the syslog daemon may block us. */
__attribute__((format(printf, 3, 0))) static void report(int priority, const char *guest,
							 const char *format,
							 va_list arguments)
{
	CLEANUP(free_ptr) char *message = mem_vformat(format, arguments);
	CLEANUP(buf_free) struct buf line = {0};
	size_t prefix;

	buf_format(&line, "%s: ", ident);
	prefix = line.size;
	text_add_printable(&line, guest);
	buf_add_string(&line, ": ");
	text_add_printable(&line, message);
	buf_add_char(&line, '\n');
	file_write_fd(STDERR_FILENO, line.data, line.size, NULL);
	openlog(ident, LOG_PID, LOG_DAEMON);
	syslog(priority, "%.*s", (int)(line.size - prefix - 1), line.data + prefix);
}

void report_action(const char *guest, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(LOG_INFO, guest, format, arguments);
	va_end(arguments);
}

void report_problem(const char *guest, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(LOG_WARNING, guest, format, arguments);
	va_end(arguments);
}

void report_exhausted(void)
{
	openlog(ident, LOG_PID, LOG_DAEMON);
	syslog(LOG_WARNING, "out of memory, gave up");
}

void report_problems(const char *guest, const struct error_list *problems)
{
	size_t count = problems->count;

	for (size_t i = 0; i < count && i < REPORT_PROBLEMS_MAX; i++)
		report_problem(guest, "%s", problems->messages[i]);
	if (count > REPORT_PROBLEMS_MAX)
		report_problem(guest, "and %zu more mistakes",
			       count - REPORT_PROBLEMS_MAX + problems->dropped);
}
