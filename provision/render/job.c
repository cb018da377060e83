/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of vmango-render: reads the templates and the data, prints the documents. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/json.h"
#include "common/lines.h"
#include "provision/render/job.h"
#include "provision/render/set.h"
#include "provision/render/wellformed.h"

/* The name of an input in messages. */
static const char *input_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

/* Opens a file to read, "-" is standard input. Pipes are accepted, since shells pass them
 * for <(...). */
static int input_open(const char *path, struct error *error)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	return fd < 0 ? error_errno(error, "%s", path) : fd;
}

static void input_close(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

static int input_read(const char *path, size_t max_size, struct buf *contents,
		      struct error *error)
{
	int fd = input_open(path, error), result;

	if (fd < 0)
		return -1;
	result = file_read_fd(fd, max_size, contents, error);
	if (result < 0)
		error_context(error, "%s", input_name(path));
	input_close(fd);
	return result;
}

static int template_load(struct job *job, const char *path, struct error *error)
{
	const char *name = strcmp(path, "-") ? path : "stdin";
	CLEANUP(buf_free) struct buf text = {0};

	if (input_read(path, TEMPLATE_SIZE_MAX, &text, error) < 0) {
		job->is_unread = true;
		return -1;
	}
	if (job->tmpl)
		return template_parse_more(job->tmpl, name, buf_text(&text), text.size,
					   error);
	job->tmpl = template_parse(name, buf_text(&text), text.size, error);
	return job->tmpl ? 0 : -1;
}

int job_load(struct job *job)
{
	int result = 0;

	job->wellformed = wellformed_new();
	if (job->json_lines && job->options.escape == TEMPLATE_ESCAPE_XML)
		job->options.shape = &job->shape;
	for (int i = 0; i < job->cli->operand_count; i++) {
		CLEANUP(error_free) struct error error = {0};

		if (template_load(job, job->cli->operands[i], &error) < 0) {
			cli_error(job->cli, "%s", error_text(&error));
			result = -1;
		}
	}
	return result;
}

static int xml_check(const struct job *job, const struct buf *output, struct error *error)
{
	struct buf *shape = job->options.shape;

	if (shape)
		return wellformed_check_shape(job->wellformed, output, shape, error);
	return wellformed_check(job->wellformed, buf_text(output), output->size, error);
}

/* Renders one document into `output`, and checks it when it is XML. */
static int document_render(const struct job *job, json_object *data, struct buf *output,
			   struct error_list *problems)
{
	CLEANUP(error_list_free) struct error_list invalid = {0};
	CLEANUP(error_free) struct error error = {0};

	if (template_render(job->tmpl, data, &job->options, output, &error) < 0)
		return error_list_take(problems, &error);
	if (job->options.escape == TEMPLATE_ESCAPE_XML &&
	    xml_check(job, output, &error) < 0)
		return error_list_add(problems, "%s: the result is not well-formed: %s",
				      job->name, error_text(&error));
	if (!job->schema ||
	    schema_check(job->schema, buf_text(output), output->size, &invalid) == 0)
		return 0;
	for (size_t i = 0; i < invalid.count; i++)
		error_list_add(problems, "%s: the result is not a valid %s: %s",
			       job->name, job->validate, invalid.messages[i]);
	return -1;
}

static int sets_apply(const struct job *job, json_object **data, struct error *error)
{
	array_foreach(set, &job->sets) {
		if (set_apply(data, *set, error) < 0)
			return error_context(error, "--set");
	}
	return 0;
}

/* `where` names the data in errors of its syntax; NULL: it is not named. */
static int document_print(const struct job *job, const char *where, const char *text,
			  size_t size, struct buf *output, struct error_list *problems)
{
	CLEANUP(json_put) json_object *data = NULL;
	CLEANUP(error_free) struct error error = {0};

	if (json_parse(text, size, TEMPLATE_DATA_DEPTH_MAX, &data, &error) < 0) {
		if (where)
			error_context(&error, "%s", where);
		return error_list_take(problems, &error);
	}
	if (sets_apply(job, &data, &error) < 0)
		return error_list_take(problems, &error);
	if (document_render(job, data, output, problems) < 0)
		return -1;
	fwrite(buf_text(output), 1, output->size, stdout);
	return 0;
}

static int one_render(const struct job *job)
{
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf text = {0}, output = {0};

	if (input_read(job->data, JSON_SIZE_MAX, &text, &error) < 0) {
		cli_error(job->cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	if (document_print(job, input_name(job->data), buf_text(&text), text.size,
			   &output, &problems) == 0)
		return CLI_DONE;
	cli_errors(job->cli, &problems);
	return CLI_USAGE;
}

/* Renders one line of the data. An error in it does not stop the others. */
static int line_render(const struct job *job, const struct lines *lines, const char *line,
		       size_t length, struct buf *output)
{
	CLEANUP(error_list_free) struct error_list problems = {0};

	buf_clear(output);
	if (job->options.shape)
		buf_clear(job->options.shape);
	if (length > JSON_SIZE_MAX)
		error_list_add(&problems, "larger than %d bytes", JSON_SIZE_MAX);
	else if (document_print(job, NULL, line, length, output, &problems) == 0)
		return 0;
	for (size_t i = 0; i < problems.count; i++)
		cli_error(job->cli, "%s: line %zu: %s", input_name(job->data),
			  lines->number, problems.messages[i]);
	return -1;
}

static int lines_render(const struct job *job)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {0};
	CLEANUP(lines_free)
	struct lines lines = {.fd = input_open(job->data, &error),
			      .length_max = JSON_SIZE_MAX};
	int result, status = CLI_DONE;
	size_t length;
	char *line;

	if (lines.fd < 0) {
		cli_error(job->cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	while ((result = lines_next(&lines, &line, &length, &error)) > 0)
		if (line_render(job, &lines, line, length, &output) < 0)
			status = CLI_NO;
	input_close(lines.fd);
	if (result == 0)
		return status;
	cli_error(job->cli, "%s: %s", input_name(job->data), error_text(&error));
	return CLI_SYSTEM;
}

int job_render(const struct job *job)
{
	return job->json_lines ? lines_render(job) : one_render(job);
}

void job_free(struct job *job)
{
	template_free(job->tmpl);
	wellformed_free(job->wellformed);
	buf_free(&job->shape);
	schema_free(job->schema);
	free(job->sets.items);
	free(job->markup.items);
}
