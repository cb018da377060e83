/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the fields that a template uses against the vocabulary. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/render/field_check.h"
#include "provision/render/field_uses.h"
#include "provision/render/vocabulary.h"

static void problem_add(struct error_list *problems, const struct field_use *use,
			const char *reason)
{
	CLEANUP(error_free) struct error error = {0};

	error_set(&error, "%s:%zu:%zu: <%s>: %s", use->file, use->line, use->column,
		  use->expression, reason);
	error_list_take_once(problems, &error);
}

/* Cuts the last name off a path and returns it; NULL when the path has only one name. */
static const char *path_split(char *path)
{
	char *dot = strrchr(path, '.');

	if (dot) {
		*dot = '\0';
		return dot + 1;
	}
	return NULL;
}

/* Reports a field that the vocabulary does not have, unless it does not have its parent
 * either. */
static void unknown_report(const struct field_use *use, struct error_list *problems)
{
	CLEANUP(free_ptr) char *parent = mem_string(use->path);
	CLEANUP(free_ptr) char *reason = NULL, *meant = NULL;
	const struct field_former *former = vocabulary_former_find(use->path);
	const char *name = path_split(parent), *in = name ? parent : "";
	const struct field_entry *field = vocabulary_find(in);

	if (!field)
		return;
	name = name ? name : use->path;
	meant = text_did_you_mean(vocabulary_nearest(in, name));
	if (former && former->instead)
		reason = mem_format("%s, of Vmango, is not supported; use %s", use->path,
				    former->instead);
	else if (former)
		reason = mem_format("%s, of Vmango, is not supported", use->path);
	else if (field->type != FIELD_OBJECT)
		reason = mem_format("%s is %s and has no fields", in,
				    vocabulary_type_name(field->type));
	else
		reason = mem_format("%s%s has no field \"%s\"%s",
				    *in ? "" : "the context", in, name, meant);
	problem_add(problems, use, reason);
}

/* Such a comparison is an error when the template is rendered. */
static void comparison_check(const struct field_use *use, struct error_list *problems)
{
	const struct field_entry *field = vocabulary_find(use->path);
	bool is_number = use->kind == USE_AS_NUMBER;
	enum vocabulary_type wanted = is_number ? FIELD_NUMBER : FIELD_TEXT;
	CLEANUP(free_ptr) char *reason = NULL;

	if (!field || field->type == wanted)
		return;
	reason = mem_format("%s is %s (%s) and can't be compared with %s", use->path,
			    vocabulary_type_name(field->type), field->meaning,
			    vocabulary_type_name(wanted));
	problem_add(problems, use, reason);
}

static void use_check(const struct field_use *use, struct error_list *problems)
{
	const struct field_entry *field = vocabulary_find(use->path);
	CLEANUP(free_ptr) char *reason = NULL;

	if (use->kind == USE_FIELD && !field)
		unknown_report(use, problems);
	if (use->kind == USE_AS_NUMBER || use->kind == USE_AS_TEXT)
		comparison_check(use, problems);
	if (use->kind != USE_RANGE || !field || field->type == FIELD_LIST ||
	    field->type == FIELD_OBJECT || field->type == FIELD_NUMBER)
		return;
	reason = mem_format("range can't iterate over %s",
			    vocabulary_type_name(field->type));
	problem_add(problems, use, reason);
}

int field_check(const struct template *tmpl, struct error_list *problems)
{
	CLEANUP(field_uses_free) struct field_uses uses = {0};
	struct error error = {0};

	if (field_uses_find(tmpl, &uses, &error) < 0)
		return error_list_take(problems, &error);
	array_foreach(use, &uses.list)
		use_check(use, problems);
	return problems->count ? -1 : 0;
}
