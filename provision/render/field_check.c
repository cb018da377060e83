/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields that a template uses, held against the vocabulary. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/render/vocabulary.h"
#include "provision/render/uses.h"

/* Adds "name:line:column: <expression>: reason" unless it is there already. */
static void problem_add(struct error_list *problems, const struct template_use *use,
			const char *reason)
{
	CLEANUP(free_ptr)
	char *message = mem_format("%s:%zu:%zu: <%s>: %s", use->file, use->line,
				   use->column, use->expression, reason);

	for (size_t i = 0; i < problems->count; i++)
		if (!strcmp(problems->messages[i], message))
			return;
	error_list_add(problems, "%s", message);
}

/* Cuts the last name off a path, gives it; "" is left of a path of one name. */
static const char *path_split(char *path)
{
	char *dot = strrchr(path, '.');

	if (dot) {
		*dot = '\0';
		return dot + 1;
	}
	return NULL;
}

/* The field is not in the vocabulary: why, unless what it would be in is not either. */
static void unknown_report(const struct template_use *use, struct error_list *problems)
{
	CLEANUP(free_ptr) char *parent = mem_string(use->path);
	CLEANUP(free_ptr) char *reason = NULL, *meant = NULL;
	const char *name = path_split(parent), *in = name ? parent : "";
	const struct context_field *field = context_find(in);

	if (!field)
		return;
	name = name ? name : use->path;
	meant = text_did_you_mean(context_nearest(in, name));
	if (field->type != CONTEXT_OBJECT)
		reason = mem_format("%s is %s and has no fields", in,
				    context_type_name(field->type));
	else
		reason = mem_format("%s%s has no field \"%s\"%s",
				    *in ? "" : "the context", in, name, meant);
	problem_add(problems, use, reason);
}

static void use_check(const struct template_use *use, struct error_list *problems)
{
	const struct context_field *field = context_find(use->path);
	CLEANUP(free_ptr) char *reason = NULL;

	if (use->kind == USE_FIELD && !field)
		unknown_report(use, problems);
	if (use->kind != USE_RANGE || !field || field->type == CONTEXT_LIST ||
	    field->type == CONTEXT_OBJECT || field->type == CONTEXT_NUMBER)
		return;
	reason = mem_format("range can't iterate over %s",
			    context_type_name(field->type));
	problem_add(problems, use, reason);
}

int template_check(const struct template *template, struct error_list *problems)
{
	CLEANUP(template_uses_free) struct template_uses uses = {0};
	struct error error = {0};

	if (template_uses_find(template, &uses, &error) < 0)
		return error_list_take(problems, &error);
	array_foreach(use, &uses.list)
		use_check(use, problems);
	return problems->count ? -1 : 0;
}
