/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cases of the tables in tests/conformance, whose results are those of Go. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "provision/template/template.h"
#include "provision/template/quote.h"
#include "tests/unit/tap.h"

enum { TABLE_MAX = 4 * 1024 * 1024, FILES_MAX = 4 };

struct test_case {
	const char *table;
	size_t line;
	struct buf data; /* kept from case to case */
	struct buf template, output, error;
	struct buf *last; /* what a line with "|" goes on */
	bool has_output, has_error;
	struct template_options options;
	const char *markup[2];
	char *files[FILES_MAX]; /* "name text" */
	size_t file_count;
};

static void case_reset(struct test_case *test)
{
	buf_clear(&test->template);
	buf_clear(&test->output);
	buf_clear(&test->error);
	for (size_t i = 0; i < test->file_count; i++)
		free(test->files[i]);
	test->file_count = 0;
	free((char *)test->markup[0]);
	test->markup[0] = NULL;
	test->has_output = test->has_error = false;
	test->line = 0;
	test->options = (struct template_options){.missing = TEMPLATE_MISSING_DEFAULT,
						  .markup = test->markup};
}

/* "text" behind the mark, or "q" and a Go string, as a further line. */
static void line_add(struct buf *buf, bool further, const char *line)
{
	if (further)
		buf_add_char(buf, '\n');
	if (line[0] == 'q' && line[1] == ' ') {
		if (unquote_text(buf, line + 2, strlen(line + 2)) < 0)
			printf("# not a Go string: %s\n", line);
	} else if (line[0]) {
		buf_add_string(buf, line + 1);
	}
}

static void option_set(struct test_case *test, const char *text)
{
	struct template_options *options = &test->options;

	if (!strcmp(text, "missing error"))
		options->missing = TEMPLATE_MISSING_ERROR;
	else if (!strcmp(text, "missing zero"))
		options->missing = TEMPLATE_MISSING_ZERO;
	else if (!strcmp(text, "escape xml"))
		options->escape = TEMPLATE_ESCAPE_XML;
	else if (!strncmp(text, "markup ", 7))
		test->markup[0] = mem_string(text + 7);
	else if (!strncmp(text, "steps ", 6))
		options->max_steps = strtoull(text + 6, NULL, 10);
	else if (!strncmp(text, "output ", 7))
		options->max_output = strtoull(text + 7, NULL, 10);
	else if (!strncmp(text, "depth ", 6))
		options->max_depth = (unsigned int)strtoul(text + 6, NULL, 10);
	else if (!strncmp(text, "file ", 5) && test->file_count < FILES_MAX)
		test->files[test->file_count++] = mem_string(text + 5);
	else if (strcmp(text, "ours") && strcmp(text, "missing default") &&
		 strncmp(text, "since ", 6))
		printf("# unknown option: %s\n", text);
}

static struct template *case_parse(struct test_case *test, struct error *error)
{
	struct template *template = template_parse("main", buf_text(&test->template),
						   test->template.size, error);

	for (size_t i = 0; template && i < test->file_count; i++) {
		char *text = strchr(test->files[i], ' ');

		*text++ = '\0';
		if (template_parse_more(template, test->files[i], text, strlen(text),
					error) < 0) {
			template_free(template);
			template = NULL;
		}
	}
	return template;
}

static json_object *case_data(const struct test_case *test)
{
	json_tokener *tokener = json_tokener_new_ex(TEMPLATE_DATA_DEPTH_MAX);
	json_object *data;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	data = json_tokener_parse_ex(tokener, buf_text(&test->data),
				     (int)test->data.size + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		printf("# %s:%zu: not JSON: %s\n", test->table, test->line,
		       buf_text(&test->data));
	json_tokener_free(tokener);
	return data;
}

static void case_run(struct test_case *test)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {0};
	struct template *template;
	json_object *data = NULL;
	int result = -1;

	template = case_parse(test, &error);
	if (template) {
		data = case_data(test);
		result = template_render(template, data, &test->options, &output, &error);
	}
	if (test->has_error) {
		bool same = result < 0 &&
			    strstr(error_text(&error), buf_text(&test->error));

		tap_ok(same, "%s:%zu", test->table, test->line);
		if (!same)
			printf("#      got: %s\n# expected: %s\n",
			       result < 0 ? error_text(&error) : buf_text(&output),
			       buf_text(&test->error));
	} else if (result < 0) {
		tap_ok(false, "%s:%zu: %s", test->table, test->line, error_text(&error));
	} else {
		tap_bytes(buf_text(&output), output.size, buf_text(&test->output),
			  test->output.size, "%s:%zu", test->table, test->line);
	}
	json_object_put(data);
	template_free(template);
}

static void line_read(struct test_case *test, size_t number, const char *line)
{
	char kind = line[0];

	if (test->line && kind != '|' && kind != '>' && kind != '!') {
		case_run(test);
		case_reset(test);
	}
	if (kind == '@') {
		buf_clear(&test->data);
		buf_add_string(&test->data, line + 1);
	} else if (kind == '%') {
		option_set(test, line + 2);
	} else if (kind == '<') {
		test->line = number;
		test->last = &test->template;
	} else if (kind == '>') {
		test->has_output = true;
		test->last = &test->output;
	} else if (kind == '!') {
		test->has_error = true;
		test->last = &test->error;
	}
	if (kind && strchr("<>!|", kind))
		line_add(test->last, kind == '|', line + 1);
}

static void table_run(const char *path)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf contents = {0};
	struct test_case test = {.table = path};
	size_t number = 0;
	char *rest;

	if (file_read(path, TABLE_MAX, &contents, &error) < 0) {
		tap_ok(false, "%s", error_text(&error));
		return;
	}
	buf_add_string(&test.data, "null");
	case_reset(&test);
	rest = contents.data;
	for (char *line; (line = strsep(&rest, "\n"));)
		line_read(&test, ++number, line);
	if (test.line)
		case_run(&test);
	case_reset(&test);
	buf_free(&test.data);
	buf_free(&test.template);
	buf_free(&test.output);
	buf_free(&test.error);
}

int main(void)
{
	glob_t tables;

	if (glob("tests/conformance/*.table", 0, NULL, &tables) != 0) {
		tap_ok(false, "no tables in tests/conformance");
		return tap_done();
	}
	for (size_t i = 0; i < tables.gl_pathc; i++)
		table_run(tables.gl_pathv[i]);
	globfree(&tables);
	return tap_done();
}
