/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statements of a parse tree, executed. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/exec.h"
#include "provision/template/print.h"

/* How a list of statements was left. */
enum flow {
	FLOW_FAILED = -1,
	FLOW_ON,
	FLOW_BREAK,
	FLOW_CONTINUE,
};

enum {
	VALUE_SHOWN_MAX = 60,
	/* Blocks nested in blocks, over all templates: bounds the stack. */
	NESTING_MAX = 3000,
};

static enum flow exec_list(struct exec *exec, const struct value *dot,
			   const struct node *list);

/* Reports the error with the place of the node, and frees it. Returns -1. */
static int exec_statement_fail(struct exec *exec, const struct node *node,
			       struct error *error)
{
	eval_fail_at(&exec->eval, node->source, node->from, node->to, "%s",
		     error_text(error));
	error_free(error);
	return -1;
}

/* Counts a step and bytes against the limits; fails also when the output is full. */
static int exec_count(struct exec *exec, const struct node *node, size_t bytes)
{
	struct error error = {0};

	if (limits_count(&exec->eval.limits, bytes, &error) == 0) {
		if (!exec->output->overflowed)
			return 0;
		error_set(&error, "more than %zu bytes of output",
			  exec->eval.options->max_output);
	}
	return exec_statement_fail(exec, node, &error);
}

static void markup_write(struct exec *exec, struct span text)
{
	struct buf *shape = exec->eval.options->shape;

	escape_markup(&exec->escaper, exec->output, text);
	if (shape)
		buf_add(shape, text.at, text.size);
}

static int value_write(struct exec *exec, struct span text, enum value_markup markup,
		       struct error *error)
{
	struct buf *shape = exec->eval.options->shape;
	enum xml_place place = exec->escaper.place;
	size_t before = exec->output->size;

	if (escape_value(&exec->escaper, exec->output, text, markup, error) < 0)
		return -1;
	if (shape)
		escape_shape_value(shape, place, text, markup,
				   (struct span){buf_text(exec->output) + before,
						 exec->output->size - before});
	return 0;
}

static enum flow text_run(struct exec *exec, const struct node *node)
{
	if (exec->eval.options->escape == TEMPLATE_ESCAPE_XML)
		markup_write(exec, node->text);
	else
		buf_add(exec->output, node->text.at, node->text.size);
	return exec_count(exec, node, node->text.size) < 0 ? FLOW_FAILED : FLOW_ON;
}

/* The value as it is printed; in the scratch buffer unless it is a string. */
static struct span exec_text_of(struct exec *exec, const struct value *value)
{
	if (value->type == VALUE_STRING)
		return value->text;
	if (value->type == VALUE_NONE)
		return SPAN("<no value>");
	buf_clear(&exec->eval.limits.scratch);
	print_values(&exec->eval.limits, &exec->eval.limits.scratch, value, 1);
	exec->output->overflowed |= exec->eval.limits.scratch.overflowed;
	return (struct span){buf_text(&exec->eval.limits.scratch),
			     exec->eval.limits.scratch.size};
}

static enum flow action_run(struct exec *exec, const struct value *dot,
			    const struct node *node)
{
	struct error error = {0};
	struct value value;
	struct span text;

	if (eval_pipe(&exec->eval, dot, node->pipe, &value) < 0)
		return FLOW_FAILED;
	if (node->pipe->variable_count)
		return exec_count(exec, node, 0) < 0 ? FLOW_FAILED : FLOW_ON;
	text = exec_text_of(exec, &value);
	if (exec->eval.options->escape != TEMPLATE_ESCAPE_XML)
		buf_add(exec->output, text.at, text.size);
	else if (value_write(exec, text, value.markup, &error) < 0)
		return exec_statement_fail(exec, node, &error);
	buf_clear(&exec->eval.limits.scratch);
	return exec_count(exec, node, text.size) < 0 ? FLOW_FAILED : FLOW_ON;
}

/* Evaluates the pipeline of a branch or range, and counts one step. */
static int exec_condition(struct exec *exec, const struct value *dot,
			  const struct node *node, struct value *value)
{
	if (exec_count(exec, node, 0) < 0)
		return -1;
	return eval_pipe(&exec->eval, dot, node->branch.pipe, value);
}

static enum flow branch_run(struct exec *exec, const struct value *dot,
			    const struct node *node)
{
	size_t mark = exec->eval.variables.count;
	enum flow flow;
	struct value value;

	for (;;) {
		if (exec_condition(exec, dot, node, &value) < 0)
			return FLOW_FAILED;
		if (value_truth(&value) || !node->branch.chained)
			break;
		node = node->branch.otherwise;
	}
	if (value_truth(&value))
		flow = exec_list(exec, node->type == NODE_WITH ? &value : dot,
				 node->branch.list);
	else
		flow = exec_list(exec, dot, node->branch.otherwise);
	exec->eval.variables.count = mark;
	return flow;
}

/* One iteration of a range, with its variables set. */
static enum flow turn_run(struct exec *exec, const struct node *node,
			  const struct value *index, const struct value *element)
{
	const struct pipe *pipe = node->branch.pipe;
	const struct value *values[] = {pipe->variable_count > 1 ? index : element,
					element};
	struct arena_mark memory = arena_mark(&exec->eval.limits.arena);
	uint64_t assignments = exec->eval.assignments;
	size_t mark = exec->eval.variables.count;
	enum flow flow;

	if (exec_count(exec, node, 0) < 0)
		return FLOW_FAILED;
	for (size_t i = 0; i < pipe->variable_count; i++)
		for (size_t v = mark; v > exec->eval.frame; v--)
			if (exec->eval.variables.items[v - 1].name ==
			    pipe->variables[i]) {
				exec->eval.variables.items[v - 1].value = *values[i];
				break;
			}
	flow = exec_list(exec, element, node->branch.list);
	exec->eval.variables.count = mark;
	if (exec->eval.assignments == assignments)
		arena_rewind(&exec->eval.limits.arena, &memory);
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
	struct member *members = limits_members(&exec->eval.limits, map, &count);

	if (!members) {
		limits_refused(&exec->eval.limits, &error);
		return exec_statement_fail(exec, node, &error);
	}
	for (size_t i = 0; i < count && flow == FLOW_ON; i++) {
		struct value key = value_text(SPAN(members[i].key));
		struct value value = value_from_member(members[i].json);

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
		return eval_fail_at(&exec->eval, node->source, node->branch.pipe->from,
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

/* 1 when there is something to iterate over, 0 when there is nothing, -1 for a value that
 * has no elements. */
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
		return eval_fail_at(
			&exec->eval, node->source, node->branch.pipe->from,
			node->branch.pipe->to, "range can't iterate over %.*s",
			(int)(text.size > VALUE_SHOWN_MAX ? VALUE_SHOWN_MAX : text.size),
			text.at);
	}
}

static enum flow exec_range(struct exec *exec, const struct value *dot,
			    const struct node *node)
{
	size_t mark = exec->eval.variables.count;
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
	exec->eval.variables.count = mark;
	/* As in Go, a break in the {{else}} leaves this range, not an outer one. */
	return flow == FLOW_BREAK ? FLOW_ON : flow;
}

static enum flow template_run(struct exec *exec, const struct value *dot,
			      const struct node *node)
{
	const struct definition *target = node->call.target;
	size_t frame = exec->eval.frame, mark;
	struct value data;
	int status;

	if (exec_count(exec, node, 0) < 0)
		return FLOW_FAILED;
	if (!target->is_defined)
		return eval_fail_at(&exec->eval, node->source, node->from, node->to,
				    "template \"%s\" not defined", node->call.name);
	if (exec->depth == exec->eval.options->max_depth)
		return eval_fail_at(&exec->eval, node->source, node->from, node->to,
				    "exceeded maximum template depth (%u)",
				    exec->eval.options->max_depth);
	if (eval_pipe(&exec->eval, dot, node->call.pipe, &data) < 0)
		return FLOW_FAILED;
	mark = exec->eval.variables.count;
	exec->depth++;
	status = exec_run(exec, target->body, &data);
	exec->depth--;
	exec->eval.frame = frame;
	exec->eval.variables.count = mark;
	return status < 0 ? FLOW_FAILED : FLOW_ON;
}

static enum flow statement_run(struct exec *exec, const struct value *dot,
			       const struct node *node)
{
	switch (node->type) {
	case NODE_ACTION:
		return action_run(exec, dot, node);
	case NODE_RANGE:
		return exec_range(exec, dot, node);
	case NODE_TEMPLATE:
		return template_run(exec, dot, node);
	case NODE_BREAK:
		return FLOW_BREAK;
	case NODE_CONTINUE:
		return FLOW_CONTINUE;
	default:
		return branch_run(exec, dot, node);
	}
}

/* Frees the values that a statement created, unless a variable may hold one. */
static enum flow statement_run_clean(struct exec *exec, const struct value *dot,
				     const struct node *node)
{
	struct arena_mark mark = arena_mark(&exec->eval.limits.arena);
	uint64_t assignments = exec->eval.assignments;
	size_t count = exec->eval.variables.count;
	enum flow flow = statement_run(exec, dot, node);

	if (exec->eval.assignments == assignments && exec->eval.variables.count == count)
		arena_rewind(&exec->eval.limits.arena, &mark);
	return flow;
}

static enum flow exec_list(struct exec *exec, const struct value *dot,
			   const struct node *list)
{
	enum flow flow = FLOW_ON;

	if (list && exec->nesting == NESTING_MAX)
		return eval_fail_at(&exec->eval, list->source, list->from, list->to,
				    "more than %d blocks within each other", NESTING_MAX);
	exec->nesting++;
	for (; list && flow == FLOW_ON; list = list->next)
		flow = list->type == NODE_TEXT ? text_run(exec, list)
					       : statement_run_clean(exec, dot, list);
	exec->nesting--;
	return flow;
}

int exec_run(struct exec *exec, const struct node *body, const struct value *data)
{
	exec->eval.frame = exec->eval.variables.count;
	eval_push(&exec->eval, node_data_name, data);
	return exec_list(exec, data, body) == FLOW_FAILED ? -1 : 0;
}
