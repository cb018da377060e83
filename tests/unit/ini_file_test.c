/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INI files: nothing is cut, nothing is lost, every mistake has its line. */
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

int main(void)
{
	CLEANUP(buf_free) struct buf text = {0};

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
		"x.ini:5: text behind the section's \"]\" / "
		"x.ini:6: not a key: letters, digits, \"_\", \"-\" and \".\" are allowed",
		"every mistake at once");
	refuses("  x\n", "x.ini:1: indented, but there is no value to go on", "indented");
	refuses("a = \x01\nb =\n  \xff\n",
		"x.ini:1: control character / x.ini:3: not UTF-8",
		"bytes that are no text");
	buf_add_string(&text, "[");
	for (int i = 0; i < 200; i++)
		buf_add_char(&text, 's');
	buf_add_string(&text, "]\nk = 1\n");
	refuses(text.data, "x.ini:1: section name is longer than 49 bytes",
		"a section name of 200 characters");
	text.data[0] = 'k';
	refuses(text.data, "x.ini:1: neither [section], key = value nor a comment",
		"a long line that is nothing");
	for (size_t size = 90; size < 110; size++)
		long_value(size);
	long_value(16 * 1024);
	long_value(3 * 1024 * 1024);
	return tap_done();
}
