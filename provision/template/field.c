/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of values: members of maps, and what happens when there is none. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/template/eval.h"

enum { NEAREST_MAX = 256 };

static bool is_markup(const struct exec *exec, const char *field)
{
	for (const char *const *name = exec->options->markup; name && *name; name++)
		if (!strcmp(*name, field))
			return true;
	return false;
}

/* Which member was perhaps meant by the name of a field that does not exist. */
static char *member_meant(const struct value *map, const char *name)
{
	const char *names[NEAREST_MAX];
	size_t count = 0;

	json_object_object_foreach(map->map, key, json) {
		(void)json;
		if (count < NEAREST_MAX)
			names[count++] = key;
	}
	return text_meant(name, names, count);
}

static int member_missing(struct exec *exec, const struct node *node,
			  const struct field *field, struct value *value)
{
	CLEANUP(free_ptr) char *meant = NULL;

	if (exec->options->missing == TEMPLATE_MISSING_DEFAULT || exec->forgiving) {
		*value = (struct value){.type = VALUE_NONE};
		return 0;
	}
	if (exec->options->missing == TEMPLATE_MISSING_ZERO) {
		*value = (struct value){.type = VALUE_NIL, .boxed = true};
		return 0;
	}
	meant = member_meant(value, field->name);
	return exec_fail(exec, node->source, node->from, field->to,
			 "map has no entry for key \"%s\"%s", field->name, meant);
}

/* Replaces `*value` by its field. Only the last of a chain has a stage. */
static int field_eval(struct exec *exec, const struct node *node,
		      const struct field *field, const struct stage *stage,
		      struct value *value)
{
	struct value member;

	if (value->type == VALUE_NONE) {
		if (exec->options->missing == TEMPLATE_MISSING_ERROR && !exec->forgiving)
			return exec_fail(exec, node->source, node->from, field->to,
					 "nil data; no entry for key \"%s\"",
					 field->name);
		return 0;
	}
	if (value->type == VALUE_NIL && exec->forgiving) {
		*value = (struct value){.type = VALUE_NONE};
		return 0;
	}
	if (value->type == VALUE_NIL)
		return exec_fail(exec, node->source, node->from, field->to,
				 "nil pointer evaluating interface {}.%s", field->name);
	if (value->type != VALUE_MAP)
		return exec_fail(exec, node->source, node->from, field->to,
				 "can't evaluate field %s in type %s", field->name,
				 value_static_type_name(value));
	if (stage && eval_has_arguments(stage))
		return eval_fail(exec, node, "%s is not a method but has arguments",
				 field->name);
	if (!value_field(value, field->name, &member))
		return member_missing(exec, node, field, value);
	if (is_markup(exec, field->name))
		member.markup = MARKUP_XML;
	*value = member;
	return 0;
}

int eval_fields(struct exec *exec, const struct node *node, const struct stage *stage,
		struct value *value)
{
	for (const struct field *f = node->path.fields; f; f = f->next)
		if (field_eval(exec, node, f, f->next ? NULL : stage, value) < 0)
			return -1;
	return 0;
}
