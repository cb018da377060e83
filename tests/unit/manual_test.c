/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manual names what the parsers know, and nothing else. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/error.h"
#include "common/file.h"
#include "common/mem.h"
#include "provision/batch/grammar.h"
#include "provision/render/vocabulary.h"
#include "tests/unit/tap.h"

enum { PAGE_MAX = 256 * 1024 };

static void page_read(const char *path, struct buf *text)
{
	CLEANUP(error_free) struct error error = {0};

	if (file_read(path, PAGE_MAX, text, &error) < 0)
		printf("Bail out! %s\n", error_text(&error));
}

/* The line behind `prefix`; NULL for other lines. Takes it from `rest`. */
static char *line_take(char **rest, const char *prefix)
{
	char *line = strsep(rest, "\n");

	return strncmp(line, prefix, strlen(prefix)) ? NULL : line + strlen(prefix);
}

/* The kind that a heading such as ".Ss [plan NAME]" or ".Sh HEAD" begins; -1: none. */
static int heading_kind(const char *line)
{
	for (int kind = BATCH_HEAD + 1; kind <= BATCH_MACHINE; kind++) {
		const char *name = batch_kind_name((enum batch_kind)kind);
		size_t length = strlen(name);

		if (!strncmp(line, ".Ss [", 5) && !strncmp(line + 5, name, length) &&
		    strchr(" ]", line[5 + length]))
			return kind;
	}
	return strcmp(line, ".Sh HEAD") ? -1 : BATCH_HEAD;
}

/* The keys that the page describes as ".It Cm key = ..." for sections of a kind. */
static void page_keys(const char *page, enum batch_kind wanted, struct buf *keys)
{
	CLEANUP(free_ptr) char *text = mem_string(page);
	char *rest = text;
	int kind = -1;

	while (rest) {
		char *line = line_take(&rest, "");

		if (!strncmp(line, ".Ss ", 4) || !strncmp(line, ".Sh ", 4))
			kind = heading_kind(line);
		if (kind == (int)wanted && !strncmp(line, ".It Cm ", 7))
			buf_format(keys, "%.*s\n", (int)strcspn(line + 7, " "), line + 7);
	}
}

static void test_keys(void)
{
	CLEANUP(buf_free) struct buf page = {0};

	page_read("provision/vmango.ini.5", &page);
	for (int kind = BATCH_HEAD; kind <= BATCH_MACHINE; kind++) {
		CLEANUP(buf_free) struct buf described = {0};
		CLEANUP(buf_free) struct buf known = {0};

		/* [defaults] takes those of [machine]. */
		if (kind == BATCH_DEFAULTS)
			continue;
		for (const char *const *key = batch_keys((enum batch_kind)kind); *key;
		     key++)
			buf_format(&known, "%s\n", *key);
		page_keys(buf_text(&page), (enum batch_kind)kind, &described);
		tap_string(buf_text(&described), buf_text(&known),
			   "vmango.ini(5): the keys of [%s], in the parser's order",
			   batch_kind_name((enum batch_kind)kind));
	}
	tap_ok(batch_keys(BATCH_DEFAULTS) == batch_keys(BATCH_MACHINE),
	       "vmango.ini(5): [defaults] takes any key of a machine");
}

/* The rest of each line that begins with `start`. */
static void page_words(const struct buf *page, const char *start, struct buf *words)
{
	CLEANUP(free_ptr) char *text = mem_string(buf_text(page));

	for (char *rest = text; rest;) {
		char *word = line_take(&rest, start);

		if (word)
			buf_format(words, "%s\n", word);
	}
}

static void test_fields(void)
{
	CLEANUP(buf_free) struct buf page = {0};
	CLEANUP(buf_free) struct buf described = {0};
	CLEANUP(buf_free) struct buf known = {0};

	page_read("provision/vmango-templates.7", &page);
	page_words(&page, ".It Va ", &described);
	for (size_t i = 0; i < vocabulary_count; i++)
		buf_format(&known, "%s\n", vocabulary[i].path);
	tap_string(buf_text(&described), buf_text(&known),
		   "vmango-templates(7): the fields, in the vocabulary's order");
	buf_clear(&described);
	buf_clear(&known);
	page_words(&page, ".It Sy ", &described);
	for (size_t i = 0; i < vocabulary_former_count; i++)
		buf_format(&known, "%s\n", vocabulary_former[i].path);
	tap_string(buf_text(&described), buf_text(&known),
		   "vmango-templates(7): the fields of Vmango that templates do not get");
}

int main(void)
{
	test_keys();
	test_fields();
	return tap_done();
}
