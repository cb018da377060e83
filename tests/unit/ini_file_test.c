/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INI files: nothing is cut, nothing is lost, every error has its line. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/ini_file.h"
#include "tests/unit/tap.h"

/* The entries as "line:section|key=value" joined by " / ". */
static void parses(const char *text, const char *expected, const char *description)
{
	CLEANUP(ini_file_free) struct ini_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf got = {0};

	tap_ok(ini_file_parse("x.ini", text, strlen(text), &file, &errors) == 0,
	       "%s: accepted", description);
	array_foreach(entry, &file.entries) {
		buf_format(&got, "%s%u:%s", got.size ? " / " : "", entry->line,
			   entry->section);
		if (entry->key)
			buf_format(&got, "|%s=%s", entry->key, entry->value);
	}
	tap_string(buf_text(&got), expected, "%s", description);
}

static void refuses(const char *text, const char *expected, const char *description)
{
	CLEANUP(ini_file_free) struct ini_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf got = {0};

	tap_ok(ini_file_parse("x.ini", text, strlen(text), &file, &errors) < 0,
	       "%s: refused", description);
	for (size_t i = 0; i < errors.count; i++)
		buf_format(&got, "%s%s", i ? " / " : "", errors.messages[i]);
	tap_string(buf_text(&got), expected, "%s", description);
}

static void long_value(size_t size)
{
	CLEANUP(ini_file_free) struct ini_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(buf_free) struct buf text = {0};
	static const char letters[] = "abc ;x] =:\t#y";

	buf_add_string(&text, "[a]\nkey = k");
	for (size_t i = 0; i < size; i++)
		buf_add_char(&text, letters[i * 7 % (sizeof(letters) - 1)]);
	buf_add_string(&text, "k\n");
	tap_ok(ini_file_parse("x.ini", text.data, text.size, &file, &errors) == 0 &&
		       file.entries.count == 2,
	       "a value of %zu bytes is accepted", size + 2);
	tap_bytes(file.entries.items[1].value, strlen(file.entries.items[1].value),
		  text.data + 10, size + 2, "and comes out as it went in");
}

/* What inih alone would cut, strip or drop. */
static void test_traps(void)
{
	parses("k = a ;b ; c\n", "1:|k=a ;b ; c", "\" ;\" is no comment in a value");
	parses("k =\n    a\n      b\n", "1:|k=a\n  b", "indentation stays");
	parses("k =\n  a\n  # b\n  ;c\n  d\n", "1:|k=a\n# b\n;c\nd",
	       "continued lines that look like comments");
	parses("k =\n  [a]\n  b = c\n  d: e\n", "1:|k=[a]\nb = c\nd: e",
	       "continued lines that look like sections and keys");
	parses("k = a\n\n[s]\nk =\n  b\n\n  c\n\n", "1:|k=a / 3:s / 4:s|k=b\n\nc",
	       "empty lines within a value, not after it");
	parses("k                                                                      "
	       "                                                                       "
	       "                                                                       = v\n",
	       "1:|k=v", "more blanks before the \"=\" than inih has room for");
	parses("[a]\nk=v\n[b]\nk=\n", "1:a / 2:a|k=v / 3:b / 4:b|k=", "the empty value");
	refuses("[a]\nx\nk = 1\ny\n[b\nk = 2\nz\n",
		"x.ini:2: neither [section], key = value nor a comment / "
		"x.ini:4: neither [section], key = value nor a comment / "
		"x.ini:5: section name or its \"]\" is missing / "
		"x.ini:7: neither [section], key = value nor a comment",
		"not only the first line that is wrong");
}

/* `before`, the character `count` times, `after`. */
static void repeat(struct buf *text, const char *before, size_t count, const char *after)
{
	buf_clear(text);
	buf_add_string(text, before);
	for (size_t i = 0; i < count; i++)
		buf_add_char(text, 's');
	buf_add_string(text, after);
}

static void test_lengths(void)
{
	CLEANUP(buf_free) struct buf text = {0}, expected = {0};

	repeat(&text, "\n[machine ", 62, "{1..3}]\nk = 1\n");
	repeat(&expected, "2:machine ", 62, "{1..3} / 3:machine ");
	for (size_t i = 0; i < 62; i++)
		buf_add_char(&expected, 's');
	buf_add_string(&expected, "{1..3}|k=1");
	parses(text.data, expected.data, "a pattern of names of 63 bytes");
	repeat(&text, "[", INI_SECTION_MAX, "]\n");
	repeat(&expected, "1:", INI_SECTION_MAX, "");
	parses(text.data, expected.data, "the longest section");
	repeat(&text, "\n[", INI_SECTION_MAX + 1, "]\nk = 1\n[b]\nx\n");
	refuses(text.data,
		"x.ini:2: section name is longer than 1024 bytes / "
		"x.ini:5: neither [section], key = value nor a comment",
		"a section longer than that");
	repeat(&text, "", INI_KEY_MAX, " = 1\n");
	repeat(&expected, "1:|", INI_KEY_MAX, "=1");
	parses(text.data, expected.data, "the longest key");
	repeat(&text, "", INI_KEY_MAX + 1, " = 1\n");
	refuses(text.data, "x.ini:1: key is longer than 49 bytes", "a longer key");
	repeat(&text, "", 200, "]\nk = 1\n");
	refuses(text.data, "x.ini:1: neither [section], key = value nor a comment",
		"a long line that is nothing");
}

int main(void)
{
	parses("include = a.ini\n[machine a]\nplan = small\n[machine b]\n",
	       "1:|include=a.ini / 2:machine a / 3:machine a|plan=small / 4:machine b",
	       "sections without keys are seen");
	parses("\xef\xbb\xbf[a]\r\nx = 1\r\n", "1:a / 2:a|x=1", "BOM and CR LF");
	parses("# c\n ; c\n\n[a] # c\nx=1 # c\ny : 2 ;3\nz =  # c\n",
	       "4:a / 5:a|x=1 / 6:a|y=2 ;3 / 7:a|z=", "comments");
	parses("a = x#1 #2\nb = \" x # y \" # c\nc = \"a\" b\n",
	       "1:|a=x#1 #2 / 2:|b= x # y  / 3:|c=\"a\" b", "what is no comment; quotes");
	parses("[machine \"a]b ;c\"]\n", "1:machine \"a]b ;c\"", "quotes in a section");
	parses("u =\n    #cloud-config\n    a:\n      - ; b # c\n\n    d:  e\nx = 1\n",
	       "1:|u=#cloud-config\na:\n  - ; b # c\n\nd:  e / 7:|x=1",
	       "a continued value keeps its inner indentation, comments and empty lines");
	parses("u = #!/bin/sh\n\techo a\n\t\techo b\n\n\n[s]\n",
	       "1:|u=#!/bin/sh\necho a\n\techo b / 6:s",
	       "the first line counts when it is there");
	parses("u =\n  a\n \n\tb\n", "1:|u=  a\n \n\tb", "no shared indentation");
	parses("", "", "nothing");

	refuses("[a\nx\n = 1\n[]\n[a] b\nk y = 1\nz = 1\n",
		"x.ini:1: section name or its \"]\" is missing / "
		"x.ini:2: neither [section], key = value nor a comment / "
		"x.ini:3: key is missing before \"=\" / "
		"x.ini:4: section name or its \"]\" is missing / "
		"x.ini:5: text after the section's \"]\" / "
		"x.ini:6: not a key: letters, digits, \"_\", \"-\" and \".\" are allowed",
		"every mistake at once");
	refuses("  x\n", "x.ini:1: indented, but there is no value to go on", "indented");
	refuses("a = \x01\nb =\n  \xff\n",
		"x.ini:1: control character / x.ini:3: not UTF-8",
		"bytes that are no text");
	test_traps();
	test_lengths();
	long_value(200);
	long_value(16 * 1024);
	long_value(3 * 1024 * 1024);
	return tap_done();
}
