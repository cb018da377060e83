/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renders JSON data with templates in the language of Go's text/template. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "provision/template/template.h"
#include "provision/template/exec.h"
#include "provision/template/parse.h"
#include "provision/template/tree.h"

enum {
	OUTPUT_DEFAULT = 32 * 1024 * 1024,
	STEPS_DEFAULT = 10 * 1000 * 1000,
};

static void file_free(struct file *file)
{
	arena_free(&file->arena);
	free(file->source.name);
	free(file->source.text);
	free(file);
}

void template_free(struct template *tmpl)
{
	if (!tmpl)
		return;
	while (tmpl->files) {
		struct file *file = tmpl->files;

		tmpl->files = file->next;
		file_free(file);
	}
	arena_free(&tmpl->arena);
	free(tmpl);
}

/* The definition of that name; a new one when there is none. */
static struct definition *definition_get(struct template *tmpl, const char *name,
					 size_t size)
{
	struct definition *d = tmpl->definitions;

	while (d && (d->name_size != size || memcmp(d->name, name, size)))
		d = d->next;
	if (d)
		return d;
	d = arena_get(&tmpl->arena, sizeof(*d));
	d->name = arena_copy(&tmpl->arena, name, size);
	d->name_size = size;
	d->next = tmpl->definitions;
	tmpl->definitions = d;
	return d;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void parsed_join(struct template *tmpl, struct parsed *parsed)
{
	for (struct definition *d = parsed->definitions; d; d = d->next) {
		struct definition *known = definition_get(tmpl, d->name, d->name_size);

		if (known->is_defined && node_list_is_empty(d->body))
			continue;
		known->body = d->body;
		known->is_defined = true;
	}
	for (struct node *call = parsed->calls; call; call = call->call.next_call)
		call->call.target = definition_get(tmpl, call->call.name,
						   call->call.name_size);
}

int template_parse_more(struct template *tmpl, const char *name, const char *text,
			size_t size, struct error *error)
{
	struct parsed parsed = {0};
	struct file *file;

	if (size > TEMPLATE_SIZE_MAX)
		return error_set(error, "%s: larger than %d bytes", name,
				 TEMPLATE_SIZE_MAX);
	file = mem_zero(1, sizeof(*file));
	file->source = (struct source){
		.name = mem_string(name),
		.text = mem_substring(text, size),
		.size = size,
	};
	if (parse_file(&file->source, base_name(name), &file->arena, &parsed, error) <
	    0) {
		file_free(file);
		return -1;
	}
	file->next = tmpl->files;
	tmpl->files = file;
	parsed_join(tmpl, &parsed);
	return 0;
}

struct template *template_parse(const char *name, const char *text, size_t size,
				struct error *error)
{
	struct template *tmpl = mem_zero(1, sizeof(*tmpl));

	if (template_parse_more(tmpl, name, text, size, error) < 0) {
		template_free(tmpl);
		return NULL;
	}
	name = base_name(name);
	tmpl->root = definition_get(tmpl, name, strlen(name))->body;
	return tmpl;
}

static struct template_options options_complete(const struct template_options *given)
{
	struct template_options options = given ? *given : (struct template_options){0};

	if (!options.max_output)
		options.max_output = OUTPUT_DEFAULT;
	if (!options.max_steps)
		options.max_steps = STEPS_DEFAULT;
	if (!options.max_depth || options.max_depth > TEMPLATE_CALLS_MAX)
		options.max_depth = TEMPLATE_CALLS_MAX;
	return options;
}

int template_render(const struct template *tmpl, json_object *data,
		    const struct template_options *given, struct buf *output,
		    struct error *error)
{
	struct template_options options = options_complete(given);
	size_t start = output->size, max_size = output->max_size, bound;
	struct exec exec = {.eval = {.options = &options, .error = error},
			    .output = output};
	struct value value = value_from_json(data);
	int result;

	if (__builtin_add_overflow(start, options.max_output, &bound))
		bound = 0;
	if (!max_size || (bound && bound < max_size))
		output->max_size = bound;
	limits_begin(&exec.eval.limits, options.max_output, options.max_steps);
	result = exec_run(&exec, tmpl->root, &value);
	if (result < 0) {
		output->size = start;
		output->overflowed = false;
		if (output->data)
			output->data[start] = '\0';
	}
	output->max_size = max_size;
	limits_end(&exec.eval.limits);
	free(exec.eval.variables.items);
	return result;
}
