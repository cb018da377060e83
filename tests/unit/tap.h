/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small TAP harness for unit tests (https://testanything.org/tap-specification.html).
 */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each prints one "ok"/"not ok" line with the description, and what differed. They return
 * whether the test passed. */
bool tap_ok(bool passed, const char *description, ...)
	__attribute__((format(printf, 2, 3)));
bool tap_string(const char *got, const char *expected, const char *description, ...)
	__attribute__((format(printf, 3, 4)));
bool tap_bytes(const void *got, size_t got_size, const void *expected,
	       size_t expected_size, const char *description, ...)
	__attribute__((format(printf, 5, 6)));
bool tap_number(uint64_t got, uint64_t expected, const char *description, ...)
	__attribute__((format(printf, 3, 4)));

/* Prints the plan; the exit status of main. */
int tap_done(void);

#endif
