/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and sizes out of text. */
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "tests/unit/tap.h"

static void size_accepts(const char *text, uint64_t unit, uint64_t expected)
{
	CLEANUP(error_free) struct error error = {0};
	uint64_t size = 0;
	int status = num_parse_size(text, unit, &size, &error);

	tap_ok(status == 0, "size \"%s\" is accepted", text);
	tap_number(size, expected, "size \"%s\"", text);
}

static void size_refuses(const char *text, const char *reason)
{
	CLEANUP(error_free) struct error error = {0};
	uint64_t size = 42;

	tap_ok(num_parse_size(text, 1, &size, &error) < 0, "size \"%s\" is refused",
	       text);
	tap_string(error_text(&error), reason, "and says why");
	tap_number(size, 42, "and leaves the output alone");
}

int main(void)
{
	CLEANUP(error_free) struct error error = {0};
	char text[NUM_SIZE_TEXT_MAX];
	uint64_t number = 7;

	tap_ok(num_parse("18446744073709551615", 0, UINT64_MAX, &number, &error) == 0 &&
		       number == UINT64_MAX,
	       "the largest number");
	tap_ok(num_parse("18446744073709551616", 0, UINT64_MAX, &number, &error) < 0,
	       "one more is refused");
	tap_ok(num_parse("9", 10, 20, &number, &error) < 0, "below the minimum");
	tap_string(error_text(&error), "9 is not from 10 to 20", "says the range");
	tap_ok(num_parse("", 0, 9, &number, &error) < 0, "empty is refused");
	tap_ok(num_parse("+1", 0, 9, &number, &error) < 0, "a sign is refused");
	tap_ok(num_parse("1 ", 0, 9, &number, &error) < 0, "a space is refused");

	size_accepts("512", UINT64_C(1) << 20, UINT64_C(512) << 20);
	size_accepts("2G", 1, UINT64_C(2) << 30);
	size_accepts("2g", 1, UINT64_C(2) << 30);
	size_accepts("10 GiB", 1, UINT64_C(10) << 30);
	size_accepts("1TB", 1, UINT64_C(1) << 40);
	size_accepts("4096B", 1 << 20, 4096);
	size_accepts("0", 1, 0);
	size_refuses("5 apples", "not a size: \"5 apples\"");
	size_refuses("-1G", "not a size: \"-1G\"");
	size_refuses("1.5G", "not a size: \"1.5G\"");
	size_refuses("G", "not a size: \"G\"");
	size_refuses("8192P", "size is too large: \"8192P\"");
	size_refuses("99999999999999999999", "not a size: \"99999999999999999999\"");

	tap_string(num_size_text(1536, text), "1.5 KiB", "a size for people");
	tap_string(num_size_text(1023, text), "1023 B", "bytes for people");
	tap_string(num_size_text(UINT64_MAX, text), "16384.0 PiB", "the largest size");
	return tap_done();
}
