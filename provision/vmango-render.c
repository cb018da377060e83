/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-render: a template and JSON on standard input to XML, or any text, on standard
 * output. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/cli.h"
#include "common/file.h"
#include "common/json.h"
#include "common/lines.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/template.h"
#include "provision/template_schema.h"
#include "provision/template_set.h"
#include "provision/template_uses.h"
#include "provision/template_wellformed.h"

enum {
	OPTION_SET = CLI_LONG,
	OPTION_JSON_LINES,
	OPTION_ESCAPE,
	OPTION_MARKUP,
	OPTION_MISSING,
	OPTION_VALIDATE,
	OPTION_SCHEMAS,
	OPTION_CHECK,
	OPTION_LIST_FIELDS,
	OPTION_MAX_OUTPUT,
	OPTION_MAX_STEPS,
	OPTION_MAX_DEPTH,
};

/* What the command line asks for. */
struct job {
	struct cli *cli;
	const char *name; /* of the first template */
	const char *data;
	ARRAY(const char *) sets;
	ARRAY(const char *) markup; /* NULL-ended once the options are read */
	bool json_lines, check, list_fields, escape_given;
	const char *validate, *schemas;
	struct template_options options;
	struct template *template;
	struct schema *schema;
};

/* The number of the option's value among the words. */
static unsigned int word_read(const struct job *job, const char *what,
			      const char *const *words)
{
	const char *value = job->cli->value, *nearest;
	unsigned int count = 0;

	for (; words[count]; count++)
		if (!strcmp(words[count], value))
			return count;
	nearest = text_nearest(value, words, count);
	cli_usage(job->cli, "unknown %s \"%s\"%s%s%s", what, value,
		  nearest ? "; is \"" : "", nearest ? nearest : "",
		  nearest ? "\" meant?" : "");
}

static uint64_t number_read(const struct job *job, const char *option, uint64_t max)
{
	CLEANUP(error_free) struct error error = {0};
	uint64_t number = 0;

	if (num_parse(job->cli->value, 1, max, &number, &error) < 0)
		cli_usage(job->cli, "--%s: %s", option, error_text(&error));
	return number;
}

static size_t size_read(const struct job *job, const char *option)
{
	CLEANUP(error_free) struct error error = {0};
	uint64_t size = 0;

	if (num_parse_size(job->cli->value, 1, &size, &error) < 0)
		cli_usage(job->cli, "--%s: %s", option, error_text(&error));
	if (!size)
		cli_usage(job->cli, "--%s: has to be at least 1", option);
	return size;
}

static void option_take(struct job *job, int code)
{
	static const char *const escapes[] = {"none", "xml", NULL};
	static const char *const missings[] = {"error", "zero", "default", NULL};
	const char *value = job->cli->value;

	switch (code) {
	case 'd':
		job->data = value;
		break;
	case OPTION_SET:
		*array_add(&job->sets) = value;
		break;
	case OPTION_JSON_LINES:
		job->json_lines = true;
		break;
	case OPTION_ESCAPE:
		job->options.escape = word_read(job, "way of escaping", escapes);
		job->escape_given = true;
		break;
	case OPTION_MARKUP:
		*array_add(&job->markup) = value;
		break;
	case OPTION_MISSING:
		job->options.missing = word_read(job, "value for --missing", missings);
		break;
	case OPTION_VALIDATE:
		word_read(job, "kind of object", schema_kinds);
		job->validate = value;
		break;
	case OPTION_SCHEMAS:
		job->schemas = value;
		break;
	case OPTION_CHECK:
		job->check = true;
		break;
	case OPTION_LIST_FIELDS:
		job->list_fields = true;
		break;
	case OPTION_MAX_OUTPUT:
		job->options.max_output = size_read(job, "max-output");
		break;
	case OPTION_MAX_STEPS:
		job->options.max_steps = number_read(job, "max-steps", UINT64_MAX);
		break;
	case OPTION_MAX_DEPTH:
		job->options.max_depth = (unsigned int)number_read(job, "max-depth",
								   TEMPLATE_CALLS_MAX);
		break;
	}
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);

	return length >= end && !strcmp(text + length - end, suffix);
}

static void options_read(struct job *job)
{
	const char *const *names = (const char *const *)job->cli->operands;

	*array_add(&job->markup) = "Metadata";
	for (int code; (code = cli_next(job->cli)) != CLI_END;)
		option_take(job, code);
	*array_add(&job->markup) = NULL;
	job->options.markup = job->markup.items;
	cli_operands(job->cli, 1, -1);
	names = (const char *const *)job->cli->operands;
	job->name = names[0];
	if (job->check && job->list_fields)
		cli_usage(job->cli, "--check and --list-fields exclude each other");
	for (int i = 0; i < job->cli->operand_count; i++)
		if (!strcmp(names[i], "-") && !strcmp(job->data, "-") && !job->check &&
		    !job->list_fields)
			cli_usage(job->cli, "the template and the data can't both be "
					    "standard input");
	if (!job->escape_given && (job->validate || has_suffix(job->name, ".xml") ||
				   has_suffix(job->name, ".xml.in")))
		job->options.escape = TEMPLATE_ESCAPE_XML;
}

static int template_load(struct job *job, const char *path, struct error *error)
{
	const char *name = strcmp(path, "-") ? path : "stdin";
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read_or_stdin(path, TEMPLATE_SIZE_MAX, &text, error) < 0)
		return -1;
	if (job->template)
		return template_parse_more(job->template, name, buf_text(&text),
					   text.size, error);
	job->template = template_parse(name, buf_text(&text), text.size, error);
	return job->template ? 0 : -1;
}

/* Reports every file that can't be parsed. */
static int templates_load(struct job *job)
{
	int result = 0;

	for (int i = 0; i < job->cli->operand_count; i++) {
		CLEANUP(error_free) struct error error = {0};

		if (template_load(job, job->cli->operands[i], &error) < 0) {
			cli_error(job->cli, "%s", error_text(&error));
			result = -1;
		}
	}
	return result;
}

/* One document from the template to `output`, checked as XML when it is that. */
static int document_make(const struct job *job, json_object *data, struct buf *output,
			 struct error_list *problems)
{
	CLEANUP(error_list_free) struct error_list invalid = {0};
	CLEANUP(error_free) struct error error = {0};

	if (template_render(job->template, data, &job->options, output, &error) < 0)
		return error_list_take(problems, &error);
	if (job->options.escape == TEMPLATE_ESCAPE_XML &&
	    wellformed_check(buf_text(output), output->size, &error) < 0)
		return error_list_add(problems, "%s: the result is not well-formed: %s",
				      job->name, error_text(&error));
	if (!job->schema ||
	    schema_check(job->schema, buf_text(output), output->size, &invalid) == 0)
		return 0;
	for (size_t i = 0; i < invalid.count; i++)
		error_list_add(problems, "%s: the result is no valid %s: %s", job->name,
			       job->validate, invalid.messages[i]);
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

static const char *data_name(const struct job *job)
{
	return strcmp(job->data, "-") ? job->data : "standard input";
}

/* `where` is what the data is called in an error of its syntax; NULL: nothing. */
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
	if (document_make(job, data, output, problems) < 0)
		return -1;
	fwrite(buf_text(output), 1, output->size, stdout);
	return 0;
}

static int one_render(const struct job *job)
{
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf text = {0}, output = {0};

	if (file_read_or_stdin(job->data, JSON_SIZE_MAX, &text, &error) < 0) {
		cli_error(job->cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	if (document_print(job, data_name(job), buf_text(&text), text.size, &output,
			   &problems) == 0)
		return CLI_DONE;
	cli_errors(job->cli, &problems);
	return CLI_USAGE;
}

/* Each line on its own: what is wrong with one does not stop the others. */
static int line_render(const struct job *job, const struct lines *lines, const char *line,
		       size_t length, struct buf *output)
{
	CLEANUP(error_list_free) struct error_list problems = {0};

	buf_clear(output);
	if (length > JSON_SIZE_MAX)
		error_list_add(&problems, "larger than %d bytes", JSON_SIZE_MAX);
	else if (document_print(job, NULL, line, length, output, &problems) == 0)
		return 0;
	for (size_t i = 0; i < problems.count; i++)
		cli_error(job->cli, "%s: line %zu: %s", data_name(job), lines->number,
			  problems.messages[i]);
	return -1;
}

static int lines_render(const struct job *job)
{
	CLEANUP(close_fd) int opened = -1;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {0};
	CLEANUP(lines_free) struct lines lines = {.length_max = JSON_SIZE_MAX};
	int result, status = CLI_DONE;
	size_t length;
	char *line;

	if (strcmp(job->data, "-")) {
		opened = open(job->data, O_RDONLY | O_CLOEXEC);
		if (opened < 0) {
			cli_error(job->cli, "%s: %s", job->data, strerror(errno));
			return CLI_USAGE;
		}
		lines.fd = opened;
	}
	while ((result = lines_next(&lines, &line, &length, &error)) > 0)
		if (line_render(job, &lines, line, length, &output) < 0)
			status = CLI_NO;
	if (result == 0)
		return status;
	cli_error(job->cli, "%s: %s", data_name(job), error_text(&error));
	return CLI_SYSTEM;
}

static void use_path(const void *record, struct output_value *value)
{
	output_text(value, ((const struct template_use *)record)->path);
}

static void use_file(const void *record, struct output_value *value)
{
	output_text(value, ((const struct template_use *)record)->file);
}

static void use_line(const void *record, struct output_value *value)
{
	output_number(value, ((const struct template_use *)record)->line);
}

static void use_column(const void *record, struct output_value *value)
{
	output_number(value, ((const struct template_use *)record)->column);
}

static const struct output_column use_columns[] = {
	{"Field", "FIELD", 0, use_path},
	{"Template", "TEMPLATE", 0, use_file},
	{"Line", "LINE", OUTPUT_RIGHT, use_line},
	{"Column", "COLUMN", OUTPUT_RIGHT, use_column},
};

/* Whether to list the use: a field, and the first time that it is met. */
static bool is_listed(const struct template_uses *uses, const struct template_use *use)
{
	if (use->kind != USE_FIELD || use->is_step)
		return false;
	array_foreach(other, &uses->list) {
		if (other == use)
			break;
		if (other->kind == USE_FIELD && !other->is_step &&
		    !strcmp(other->path, use->path))
			return false;
	}
	return true;
}

static int fields_list(const struct job *job)
{
	CLEANUP(template_uses_free) struct template_uses uses = {0};
	CLEANUP(error_free) struct error error = {0};
	struct output *output;

	if (template_uses_find(job->template, &uses, &error) < 0) {
		cli_error(job->cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	output = output_begin(stdout, job->cli->format, use_columns,
			      ARRAY_LENGTH(use_columns), job->cli->header);
	array_foreach(use, &uses.list) {
		if (is_listed(&uses, use))
			output_record(output, use);
	}
	if (output_end(output, &error) == 0)
		return CLI_DONE;
	cli_error(job->cli, "%s", error_text(&error));
	return CLI_SYSTEM;
}

static int fields_check(const struct job *job)
{
	CLEANUP(error_list_free) struct error_list problems = {0};

	if (template_check(job->template, &problems) == 0)
		return CLI_DONE;
	cli_errors(job->cli, &problems);
	return CLI_NO;
}

static int job_run(struct job *job)
{
	CLEANUP(error_free) struct error error = {0};

	if (templates_load(job) < 0)
		return job->check ? CLI_NO : CLI_USAGE;
	if (job->check)
		return fields_check(job);
	if (job->list_fields)
		return fields_list(job);
	if (job->validate) {
		job->schema = schema_open(job->schemas, job->validate, &error);
		if (!job->schema) {
			cli_error(job->cli, "--validate: %s", error_text(&error));
			return CLI_SYSTEM;
		}
	}
	return job->json_lines ? lines_render(job) : one_render(job);
}

static int run(struct cli *cli)
{
	const char *schemas = getenv("VMANGO_SCHEMAS");
	struct job job = {.cli = cli, .data = "-"};
	int status;

	job.schemas = schemas && *schemas ? schemas : SCHEMA_DIRECTORY;
	options_read(&job);
	status = job_run(&job);
	template_free(job.template);
	schema_free(job.schema);
	free(job.sets.items);
	free(job.markup.items);
	return status;
}

static const struct cli_option options[] = {
	{'d', "data", "FILE", "JSON to render, - is standard input (default)"},
	{OPTION_SET, "set", "PATH=TEXT", "set a member of the data; PATH:=JSON as well"},
	{OPTION_JSON_LINES, "json-lines", NULL,
	 "one rendering for each line of the data"},
	{OPTION_ESCAPE, "escape", "WAY", "xml (default for *.xml, *.xml.in) or none"},
	{OPTION_MARKUP, "markup", "FIELD", "a field that is XML, as Metadata is"},
	{OPTION_MISSING, "missing", "WHAT", "a missing field is error, zero or default"},
	{OPTION_VALIDATE, "validate", "KIND", "domain, volume, network or pool"},
	{OPTION_SCHEMAS, "schemas", "DIRECTORY", "where libvirt's schemas are"},
	{OPTION_CHECK, "check", NULL, "check syntax and fields, without data"},
	{OPTION_LIST_FIELDS, "list-fields", NULL, "list the fields that are used"},
	{OPTION_MAX_OUTPUT, "max-output", "SIZE", "limit of one rendering (32M)"},
	{OPTION_MAX_STEPS, "max-steps", "NUMBER", "limit of one rendering (10000000)"},
	{OPTION_MAX_DEPTH, "max-depth", "NUMBER", "of templates in templates (1000)"},
	{0},
};

static const struct cli_verb verbs[] = {
	{NULL, "TEMPLATE...",
	 "Renders a template in the language of Go's text/template with JSON data.",
	 options, CLI_OUTPUT, run},
	{0},
};

static const struct cli_program program = {
	.name = "vmango-render",
	.help = "Renders a template in the language of Go's text/template with JSON data.",
	.verbs = verbs,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
