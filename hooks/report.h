/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hook's messages, on standard error and in syslog. */
#ifndef HOOKS_REPORT_H
#define HOOKS_REPORT_H

#include "common/error.h"

/* Print one line "vmango-lease-monitor: GUEST: message", with control characters escaped.
 * In syslog the facility is daemon, the priority info or warning. */
void report_action(const char *guest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report_problem(const char *guest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says in syslog that memory ran out, and allocates none itself. */
void report_exhausted(void);

/* Reports the first REPORT_PROBLEMS_MAX messages of a list, then how many more it has. */
enum { REPORT_PROBLEMS_MAX = 20 };
void report_problems(const char *guest, const struct error_list *problems);

#endif
