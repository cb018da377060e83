/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-render: renders JSON data with a template, to XML or any text. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/cli.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/render/field_check.h"
#include "provision/render/field_list.h"
#include "provision/render/job.h"

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

/* The index of the option's value among the words. */
static unsigned int word_read(const struct job *job, const char *what,
			      const char *const *words)
{
	const char *value = job->cli->value;
	unsigned int count = 0;

	for (; words[count]; count++)
		if (!strcmp(words[count], value))
			return count;
	cli_usage(job->cli, "unknown %s \"%s\"%s", what, value,
		  text_meant(value, words, count));
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
		cli_usage(job->cli, "--%s: must be at least 1", option);
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
	const char *const *names;

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

static int fields_list(const struct job *job)
{
	CLEANUP(field_uses_free) struct field_uses uses = {0};
	CLEANUP(error_free) struct error error = {0};
	int status = CLI_USAGE;

	if (field_uses_find(job->tmpl, &uses, &error) == 0) {
		if (field_list_print(stdout, job->cli->format, job->cli->header, &uses,
				     &error) == 0)
			return CLI_DONE;
		status = CLI_SYSTEM;
	}
	cli_error(job->cli, "%s", error_text(&error));
	return status;
}

static int fields_check(const struct job *job)
{
	CLEANUP(error_list_free) struct error_list problems = {0};

	if (field_check(job->tmpl, &problems) == 0)
		return CLI_DONE;
	cli_errors(job->cli, &problems);
	return CLI_NO;
}

static int job_run(struct job *job)
{
	CLEANUP(error_free) struct error error = {0};

	if (job_load(job) < 0)
		return job->check && !job->is_unread ? CLI_NO : CLI_USAGE;
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
	return job_render(job);
}

static int run(struct cli *cli)
{
	const char *schemas = getenv("VMANGO_SCHEMAS");
	struct job job = {.cli = cli, .data = "-"};
	int status;

	job.schemas = schemas && *schemas ? schemas : SCHEMA_DIRECTORY;
	options_read(&job);
	status = job_run(&job);
	job_free(&job);
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
