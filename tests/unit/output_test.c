/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One declaration of columns in four formats. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/output.h"
#include "tests/unit/tap.h"

struct animal {
	const char *name;
	uint64_t legs;
	bool tame;
};

static void get_name(const void *record, struct output_value *value)
{
	output_text(value, ((const struct animal *)record)->name);
}

static void get_legs(const void *record, struct output_value *value)
{
	output_number(value, ((const struct animal *)record)->legs);
}

static void get_tame(const void *record, struct output_value *value)
{
	output_truth(value, ((const struct animal *)record)->tame);
}

static void get_word(const void *record, struct output_value *value)
{
	output_text(value, ((const struct animal *)record)->tame ? "tame" : "wild");
}

static const struct output_column columns[] = {
	{"Name", "NAME", 0, get_name},
	{"Body.Legs", "LEGS", OUTPUT_RIGHT, get_legs},
	{"Body.Tame", "TAME", OUTPUT_JSON_ONLY, get_tame},
	{"Tame", "WORD", OUTPUT_TEXT_ONLY, get_word},
	{"Tame", "TAME", OUTPUT_JSON_ONLY, get_tame},
};

static void prints(enum output_format format, bool header, size_t count,
		   const char *expected, const char *description)
{
	static const struct animal animals[] = {{"a\tcat\\", 4, true},
						{NULL, 100, false}};
	CLEANUP(free_ptr) char *text = NULL;
	CLEANUP(error_free) struct error error = {0};
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct output *output = output_begin(stream, format, columns,
					     ARRAY_LENGTH(columns), header);

	for (size_t i = 0; i < count; i++)
		output_record(output, &animals[i]);
	tap_ok(output_end(output, &error) == 0, "%s: no error", description);
	fclose(stream);
	tap_string(text, expected, "%s", description);
}

static const struct output_column name_column[] = {{"Name", "NAME", 0, get_name}};

/* One record whose only cell is `name`. */
static char *record_print(enum output_format format, const char *name)
{
	struct animal animal = {.name = name};
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct output *output = output_begin(stream, format, name_column, 1, false);

	output_record(output, &animal);
	output_end(output, NULL);
	fclose(stream);
	return text;
}

/* Cells are looked at in words: a byte must be seen wherever it is in one. */
static void escapes_everywhere(char special, const char *escape, const char *description)
{
	bool all = true;

	for (int length = 1; length <= 20; length++) {
		for (int at = 0; at < length; at++) {
			CLEANUP(free_ptr)
			char *name = mem_format("%.*s%c%.*s", at, "abcdefgh^@[~ lmnopqrs",
						special, length - at - 1,
						"[]^ ~}ZYabcdefghijkl");
			CLEANUP(free_ptr)
			char *expected = mem_format(
				"%.*s%s%s\n", at, name,
				*escape ? escape : (char[]){special, 0}, name + at + 1);
			CLEANUP(free_ptr) char *printed = record_print(OUTPUT_TSV, name);

			if (strcmp(printed, expected) != 0)
				all = false;
		}
	}
	tap_ok(all, "%s, anywhere in a cell of 1 to 20 bytes", description);
}

static void is_escaped(const char *name, const char *expected)
{
	CLEANUP(free_ptr) char *printed = record_print(OUTPUT_TSV, name);
	CLEANUP(free_ptr) char *line = mem_format("%s\n", expected);
	CLEANUP(free_ptr) char *table = record_print(OUTPUT_TABLE, name);

	tap_string(printed, line, "other control characters are escaped in TSV");
	tap_ok(!strstr(table, "\xc2") && !strstr(table, "\xe2"), "and in a table");
}

int main(void)
{
	CLEANUP(error_free) struct error error = {0};
	FILE *full = fopen("/dev/full", "w");
	struct output *output;

	prints(OUTPUT_TSV, true, 2,
	       "Name\tBody.Legs\tTame\na\\tcat\\\\\t4\ttame\n\t100\twild\n",
	       "TSV with header");
	prints(OUTPUT_TSV, false, 0, "", "TSV of nothing");
	escapes_everywhere('\t', "\\t", "a tab is escaped in TSV");
	escapes_everywhere('\n', "\\n", "a line feed is escaped in TSV");
	escapes_everywhere('\r', "\\r", "a carriage return is escaped in TSV");
	escapes_everywhere('\\', "\\\\", "a backslash is escaped in TSV");
	escapes_everywhere('\033', "\\x1b", "an escape character is escaped in TSV");
	escapes_everywhere('\x7f', "\\x7f", "DEL is escaped in TSV");
	escapes_everywhere('\xff', "\\xff", "what is no UTF-8 is escaped in TSV");
	is_escaped("caf\xc3\xa9 \xc2\x85\xc2\x9b"
		   "31m\xe2\x80\xae",
		   "caf\xc3\xa9 \\xc2\\x85\\xc2\\x9b"
		   "31m\\xe2\\x80\\xae");
	escapes_everywhere('x', "", "a letter stays in TSV");
	prints(OUTPUT_JSONL, false, 2,
	       "{\"Name\":\"a\\tcat\\\\\",\"Body\":{\"Legs\":4,\"Tame\":true},\"Tame\":true}\n"
	       "{\"Name\":null,\"Body\":{\"Legs\":100,\"Tame\":false},\"Tame\":false}\n",
	       "JSON lines");
	prints(OUTPUT_JSON, false, 0, "[]\n", "JSON of nothing");
	prints(OUTPUT_TABLE, false, 2,
	       "NAME      LEGS WORD\n"
	       "a\\x09cat\\    4 tame\n"
	       "           100 wild\n",
	       "table");
	output = output_begin(full, OUTPUT_TSV, columns, ARRAY_LENGTH(columns), true);
	tap_ok(output_end(output, &error) < 0, "a full disk is an error");
	tap_string(error_text(&error), "can't write: No space left on device",
		   "that says so");
	fclose(full);
	return tap_done();
}
