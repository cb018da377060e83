/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines out of a pipe: short ones, long ones, without an end. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/lines.h"
#include "tests/unit/tap.h"

/* A pipe that gives `text`, written by a child of its own. */
static int pipe_of(const struct buf *text)
{
	int ends[2];

	if (pipe(ends) < 0)
		_exit(1);
	if (fork() == 0) {
		close(ends[0]);
		_exit(file_write_fd(ends[1], buf_text(text), text->size, NULL) < 0);
	}
	close(ends[1]);
	return ends[0];
}

static void test_short(void)
{
	static const char *const expected[] = {"one", "", "two", "last"};
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(lines_free) struct lines lines = {0};
	size_t length;
	char *line;

	buf_add_string(&text, "one\n\ntwo\nlast");
	lines.fd = pipe_of(&text);
	for (size_t i = 0; i < 4; i++) {
		tap_number((uint64_t)lines_next(&lines, &line, &length, NULL), 1,
			   "line %zu", i + 1);
		tap_string(line, expected[i], "says \"%s\"", expected[i]);
		tap_number(length, strlen(expected[i]), "and has that length");
		tap_number(lines.number, i + 1, "and that number");
	}
	tap_number((uint64_t)lines_next(&lines, &line, &length, NULL), 0, "no more");
	tap_number((uint64_t)lines_next(&lines, &line, &length, NULL), 0, "and never");
	close(lines.fd);
	wait(NULL);
}

/* One line of `size` letters among others, in a text much longer than any buffer. */
static void test_long(size_t size, size_t max)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(lines_free) struct lines lines = {.length_max = max};
	size_t length, shorts = 0, longs = 0, count;
	char *line;

	max = max ? max : LINES_LENGTH_MAX;
	for (int round = 0; round < 20; round++) {
		buf_add_string(&text, "short\n");
		memset(buf_room(&text, size), 'x', size);
		buf_filled(&text, size);
		buf_add_char(&text, '\n');
	}
	lines.fd = pipe_of(&text);
	for (count = 0; lines_next(&lines, &line, &length, NULL) == 1; count++) {
		if (length == 5 && !strcmp(line, "short"))
			shorts++;
		else if (length == (size > max ? max + 1 : size) &&
			 strspn(line, "x") == (size > max ? max : size))
			longs++;
	}
	tap_number(count, 40, "40 lines, half of them of %zu bytes", size);
	tap_number(shorts, 20, "of which 20 are short");
	tap_number(longs, 20, "and 20 are long, cut to the maximum");
	close(lines.fd);
	wait(NULL);
}

static void test_names(void)
{
	static const char text[] = " a b \t\r\n\r\nc";
	CLEANUP(lines_free) struct lines lines = {.fd = -1};
	size_t length;
	char *name;
	int ends[2];

	if (pipe(ends) < 0 || write(ends[1], text, strlen(text)) < 0)
		tap_ok(false, "a pipe");
	close(ends[1]);
	lines.fd = ends[0];
	tap_ok(lines_next_name(&lines, &name, &length, NULL) == 1 && length == 3,
	       "a name");
	tap_string(name, "a b", "without what is around it");
	tap_ok(lines_next_name(&lines, &name, &length, NULL) == 1 && !length && !*name,
	       "an empty line");
	tap_ok(lines_next_name(&lines, &name, &length, NULL) == 1 && length == 1,
	       "the last one");
	tap_number(lines.number, 3, "lines are counted");
	tap_ok(lines_next_name(&lines, &name, &length, NULL) == 0, "the end");
	close(ends[0]);
}

int main(void)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(lines_free) struct lines closed = {.fd = -1};
	size_t length;
	char *line;

	test_names();
	test_short();
	test_long(1000, 0);
	test_long(LINES_LENGTH_MAX, 0);
	test_long(LINES_LENGTH_MAX + 1, 0);
	test_long(3 * LINES_LENGTH_MAX, 0);
	test_long(9 * LINES_LENGTH_MAX + 7, 0);
	test_long(9 * LINES_LENGTH_MAX + 7, 20 * LINES_LENGTH_MAX);
	test_long(9 * LINES_LENGTH_MAX + 7, 9 * LINES_LENGTH_MAX);
	test_long(10, 9);
	tap_ok(lines_next(&closed, &line, &length, &error) < 0, "what can't be read");
	tap_string(error_text(&error), "can't read: Bad file descriptor", "is an error");
	return tap_done();
}
