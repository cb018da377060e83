/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping for people and JSON; the nearest word. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "tests/unit/tap.h"

static void printable(const char *text, const char *expected)
{
	CLEANUP(buf_free) struct buf buf = {0};

	text_add_printable(&buf, text);
	tap_string(buf_text(&buf), expected, "printable: %s", expected);
}

static void json(const char *text, size_t length, const char *expected)
{
	CLEANUP(buf_free) struct buf buf = {0};

	text_add_json(&buf, text, length);
	tap_string(buf_text(&buf), expected, "JSON: %s", expected);
}

static void json_text(const char *text, const char *expected)
{
	CLEANUP(buf_free) struct buf buf = {0};

	text_add_json_text(&buf, text);
	tap_string(buf_text(&buf), expected, "JSON as a whole: %s", expected);
}

static void shell(const char *text, const char *expected)
{
	CLEANUP(buf_free) struct buf buf = {0};

	text_add_shell(&buf, text);
	tap_string(buf_text(&buf), expected, "a shell's word: %s", expected);
}

int main(void)
{
	static const char *const words[] = {"memory", "cpus", "disk_size", "image"};
	CLEANUP(free_ptr) char *with_nearest = text_meant("memroy", words, 4);
	CLEANUP(free_ptr) char *without_nearest = text_meant("colour", words, 4);
	char long_word[200];

	printable("caf\xc3\xa9", "caf\xc3\xa9");
	printable("a\033[31mb\n", "a\\x1b[31mb\\x0a");
	printable("\xff\xc2\x9b", "\\xff\\xc2\\x9b");
	printable(
		"\xc2\xa0\x7f\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xaf",
		"\xc2\xa0\\x7f\\xe2\\x80\\xa8\\xe2\\x80\\xae\\xe2\\x81\\xa6\xe2\x80\xaf");
	shell("qemu+unix:///system?socket=/a", "'qemu+unix:///system?socket=/a'");
	tap_ok(text_equal("a", "a") && text_equal(NULL, NULL), "equal texts");
	tap_ok(!text_equal("a", "b") && !text_equal("a", NULL), "texts that differ");
	shell("web-1", "web-1");
	shell("", "''");
	shell("it's; $(x)", "'it'\\''s; $(x)'");
	json("a\"b\\c\n\x01", 7, "\"a\\\"b\\\\c\\n\\u0001\"");
	json("a\0b", 3, "\"a\\u0000b\"");
	json("\xed\xa0\x80|\xc0\xaf", 6,
	     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\"");
	json("\xf0\x9f\x90\xa7", 4, "\"\xf0\x9f\x90\xa7\"");
	json("\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa9", 12,
	     "\"\\u007f\\u0085\\u2028\\u202e\\u2069\"");
	json_text("{\n\t\"a\": \"\xc2\x85\\u0001\\\\\"\n}",
		  "{\n\t\"a\": \"\\u0085\\u0001\\\\\"\n}");
	tap_ok(text_is_utf8("", 0) &&
		       text_is_utf8("a\0\x1b caf\xc3\xa9\xf0\x9f\x90\xa7", 13),
	       "UTF-8, whatever its characters do");
	tap_ok(!text_is_utf8("caf\xe9", 4) && !text_is_utf8("caf\xc3\xa9", 4) &&
		       !text_is_utf8("\xed\xa0\x80", 3),
	       "Latin-1, half a character and surrogates are not UTF-8");
	tap_string(text_nearest("memroy", words, 4), "memory", "swapped letters");
	tap_string(text_nearest("CPUS", words, 4), "cpus", "other case");
	tap_string(text_nearest("disksize", words, 4), "disk_size", "a letter missing");
	tap_string(text_nearest("colour", words, 4), NULL, "nothing is near");
	tap_string(with_nearest, "; did you mean \"memory\"?", "what was meant");
	tap_string(without_nearest, "", "nothing was meant");
	memset(long_word, 'm', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	tap_string(text_nearest(long_word, words, 4), NULL,
		   "a word too long to be meant");
	return tap_done();
}
