/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A parse tree executed on data: {{range}}. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "provision/template/run.h"

enum { VALUE_SHOWN_MAX = 60 };

/* One turn of a range with its variables set. */
static enum flow turn_run(struct exec *exec, const struct node *node,
			  const struct value *index, const struct value *element)
{
	const struct pipe *pipe = node->branch.pipe;
	const struct value *values[] = {pipe->variable_count > 1 ? index : element,
					element};
	struct arena_mark memory = arena_mark(&exec->work.arena);
	uint64_t assignments = exec->assignments;
	size_t mark = exec->variables.count;
	enum flow flow;

	if (exec_count(exec, node, 0) < 0)
		return FLOW_FAILED;
	for (size_t i = 0; i < pipe->variable_count; i++)
		for (size_t v = mark; v > exec->frame; v--)
			if (exec->variables.items[v - 1].name == pipe->variables[i]) {
				exec->variables.items[v - 1].value = *values[i];
				break;
			}
	flow = exec_list(exec, element, node->branch.list);
	exec->variables.count = mark;
	if (exec->assignments == assignments)
		arena_rewind(&exec->work.arena, &memory);
	return flow == FLOW_CONTINUE ? FLOW_ON : flow;
}

static enum flow list_range(struct exec *exec, const struct node *node,
			    const struct value *list)
{
	enum flow flow = FLOW_ON;

	for (size_t i = 0; i < list->list.count && flow == FLOW_ON; i++) {
		struct value index = value_int((int64_t)i);
		struct value element = value_element(list, i);

		flow = turn_run(exec, node, &index, &element);
	}
	return flow;
}

static enum flow map_range(struct exec *exec, const struct node *node,
			   const struct value *map)
{
	enum flow flow = FLOW_ON;
	struct error error = {0};
	size_t count = 0;
	struct member *members = work_members(&exec->work, map, &count);

	if (!members) {
		work_refused(&exec->work, &error);
		return exec_statement_fail(exec, node, &error);
	}
	for (size_t i = 0; i < count && flow == FLOW_ON; i++) {
		struct value key = value_text(SPAN(members[i].key));
		struct value value = value_box(value_from_json(members[i].json));

		flow = turn_run(exec, node, &key, &value);
	}
	return flow;
}

static enum flow integer_range(struct exec *exec, const struct node *node,
			       const struct value *value)
{
	enum flow flow = FLOW_ON;
	uint64_t count = value->type == VALUE_INT ? (uint64_t)value->integer
						  : value->natural;

	if (node->branch.pipe->variable_count > 1)
		return exec_fail(exec, node->source, node->branch.pipe->from,
				 node->branch.pipe->to,
				 "can't use %" PRIu64
				 " to iterate over more than one variable",
				 count);
	for (uint64_t i = 0; i < count && flow == FLOW_ON; i++) {
		struct value turn = *value;

		if (value->type == VALUE_INT)
			turn.integer = (int64_t)i;
		else
			turn.natural = i;
		flow = turn_run(exec, node, &turn, &turn);
	}
	return flow;
}

/* Whether there is something to range over. -1 for what can't be ranged over. */
static int range_check(struct exec *exec, const struct node *node,
		       const struct value *value)
{
	struct span text;

	switch (value->type) {
	case VALUE_NONE:
		return 0;
	case VALUE_INT:
		return value->integer > 0;
	case VALUE_UINT:
	case VALUE_BYTE:
	case VALUE_LIST:
	case VALUE_MAP:
		return value_truth(value);
	default:
		text = exec_text_of(exec, value);
		return exec_fail(
			exec, node->source, node->branch.pipe->from,
			node->branch.pipe->to, "range can't iterate over %.*s",
			(int)(text.size > VALUE_SHOWN_MAX ? VALUE_SHOWN_MAX : text.size),
			text.at);
	}
}

enum flow exec_range(struct exec *exec, const struct value *dot, const struct node *node)
{
	size_t mark = exec->variables.count;
	struct value value;
	enum flow flow;
	int any;

	if (exec_condition(exec, dot, node, &value) < 0)
		return FLOW_FAILED;
	any = range_check(exec, node, &value);
	if (any < 0)
		return FLOW_FAILED;
	if (!any)
		flow = exec_list(exec, dot, node->branch.otherwise);
	else if (value.type == VALUE_LIST)
		flow = list_range(exec, node, &value);
	else if (value.type == VALUE_MAP)
		flow = map_range(exec, node, &value);
	else
		flow = integer_range(exec, node, &value);
	exec->variables.count = mark;
	/* As in Go a break in the {{else}} is one of this range, not of one around it. */
	return flow == FLOW_BREAK ? FLOW_ON : flow;
}
