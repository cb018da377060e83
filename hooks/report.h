/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the hook did, and why it did not: on standard error and in syslog. */
#ifndef HOOKS_REPORT_H
#define HOOKS_REPORT_H

#include "common/error.h"

/* One line "vmango-lease-monitor: GUEST: message"; control characters are made visible.
 * In syslog its facility is daemon, its priority info or warning. */
void report_deed(const char *guest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report_problem(const char *guest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Each message of a list as a problem; the first REPORT_PROBLEMS_MAX, then how many more.
 */
enum { REPORT_PROBLEMS_MAX = 20 };
void report_problems(const char *guest, const struct error_list *problems);

#endif
