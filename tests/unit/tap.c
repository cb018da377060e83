/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small TAP harness for unit tests. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/tap.h"

static unsigned int tests, failures;

static void result(bool passed, const char *description, va_list arguments)
	__attribute__((format(printf, 2, 0)));

static void result(bool passed, const char *description, va_list arguments)
{
	tests++;
	failures += !passed;
	printf("%s %u - ", passed ? "ok" : "not ok", tests);
	vprintf(description, arguments);
	putchar('\n');
	fflush(stdout);
}

bool tap_ok(bool passed, const char *description, ...)
{
	va_list arguments;

	va_start(arguments, description);
	result(passed, description, arguments);
	va_end(arguments);
	return passed;
}

bool tap_string(const char *got, const char *expected, const char *description, ...)
{
	bool passed = got && expected ? !strcmp(got, expected) : got == expected;
	va_list arguments;

	va_start(arguments, description);
	result(passed, description, arguments);
	va_end(arguments);
	if (!passed)
		printf("#      got: %s\n# expected: %s\n", got ? got : "(null)",
		       expected ? expected : "(null)");
	return passed;
}

static void dump(const char *title, const uint8_t *bytes, size_t size)
{
	printf("# %s: %zu bytes:", title, size);
	for (size_t i = 0; i < size && i < 512; i++)
		printf(" %02x", bytes[i]);
	putchar('\n');
}

bool tap_bytes(const void *got, size_t got_size, const void *expected,
	       size_t expected_size, const char *description, ...)
{
	bool passed = got_size == expected_size && !memcmp(got, expected, got_size);
	va_list arguments;

	va_start(arguments, description);
	result(passed, description, arguments);
	va_end(arguments);
	if (!passed) {
		dump("     got", got, got_size);
		dump("expected", expected, expected_size);
	}
	return passed;
}

bool tap_number(uint64_t got, uint64_t expected, const char *description, ...)
{
	va_list arguments;

	va_start(arguments, description);
	result(got == expected, description, arguments);
	va_end(arguments);
	if (got != expected)
		printf("# got %" PRIu64 ", expected %" PRIu64 "\n", got, expected);
	return got == expected;
}

int tap_done(void)
{
	printf("1..%u\n", tests);
	return failures || !tests;
}
