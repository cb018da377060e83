/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions of a parse tree evaluated: pipelines and their words. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/eval.h"

int eval_fail(struct exec *exec, const struct node *node, const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return exec_fail(exec, node->source, node->from, node->to, "%s", reason);
}

bool eval_has_arguments(const struct stage *stage)
{
	return stage->word_count > 1 || stage->piped;
}

static struct variable *variable_find(struct exec *exec, const char *name)
{
	for (size_t i = exec->variables.count; i > exec->frame; i--)
		if (exec->variables.items[i - 1].name == name)
			return &exec->variables.items[i - 1];
	return NULL;
}

static int no_function(struct exec *exec, const struct node *node,
		       const struct stage *stage)
{
	bool parens = node->type == NODE_PIPE;
	size_t from = parens ? node->pipe->from : node->from;
	size_t to = parens ? node->pipe->to : node->to;

	if (!eval_has_arguments(stage))
		return 0;
	return eval_fail(exec, node, "can't give argument to non-function %.*s",
			 (int)(to - from), node->source->text + from);
}

static int variable_eval(struct exec *exec, const struct node *node,
			 const struct stage *stage, struct value *value)
{
	const struct variable *variable = variable_find(exec, node->path.variable);

	if (!variable)
		return eval_fail(exec, node, "undefined variable: %s",
				 node->path.variable);
	*value = variable->value;
	if (!node->path.fields)
		return no_function(exec, node, stage);
	return eval_fields(exec, node, stage, value);
}

static int constant_eval(struct exec *exec, const struct node *node, struct value *value)
{
	if (node->constant.overflows)
		return eval_fail(exec, node, "%.*s overflows int",
				 (int)(node->to - node->from),
				 node->source->text + node->from);
	*value = node->constant.value;
	return 0;
}

static int chain_eval(struct exec *exec, const struct value *dot, const struct node *node,
		      const struct stage *stage, struct value *value)
{
	const struct stage alone = {.word_count = 1};

	if (eval_word(exec, dot, node->path.base, &alone, value) < 0)
		return -1;
	return eval_fields(exec, node, stage, value);
}

int eval_word(struct exec *exec, const struct value *dot, const struct node *node,
	      const struct stage *stage, struct value *value)
{
	switch (node->type) {
	case NODE_FIELD:
		*value = *dot;
		return eval_fields(exec, node, stage, value);
	case NODE_CHAIN:
		return chain_eval(exec, dot, node, stage, value);
	case NODE_FUNCTION:
		return eval_call(exec, dot, node, stage, value);
	case NODE_VARIABLE:
		return variable_eval(exec, node, stage, value);
	default:
		break;
	}
	if (no_function(exec, node, stage) < 0)
		return -1;
	switch (node->type) {
	case NODE_PIPE:
		return eval_pipe(exec, dot, node->pipe, value);
	case NODE_DOT:
		*value = *dot;
		return 0;
	case NODE_NIL:
		return eval_fail(exec, node, "nil is not a command");
	default:
		return constant_eval(exec, node, value);
	}
}

/* Whether the stage's value goes to one that takes a missing field for no value. */
static bool is_forgiven(const struct command *command)
{
	const struct command *next = command->next;

	return next && command->word_count == 1 && next->words->type == NODE_FUNCTION &&
	       next->words->function->kind == FUNCTION_FORGIVING;
}

static int commands_eval(struct exec *exec, const struct value *dot,
			 const struct command *command, struct value *result)
{
	struct value value, piped;
	bool first = true;

	for (; command; command = command->next, first = false) {
		struct stage stage = {command->words, command->word_count,
				      first ? NULL : &piped};
		bool forgives = is_forgiven(command);
		int status;

		exec->forgiving += forgives;
		status = eval_word(exec, dot, command->words, &stage, &value);
		exec->forgiving -= forgives;
		if (status < 0)
			return -1;
		piped = value_unbox(value);
	}
	*result = piped;
	return 0;
}

int eval_pipe(struct exec *exec, const struct value *dot, const struct pipe *pipe,
	      struct value *result)
{
	if (!pipe) {
		*result = (struct value){.type = VALUE_NONE};
		return 0;
	}
	if (commands_eval(exec, dot, pipe->commands, result) < 0)
		return -1;
	for (size_t i = 0; i < pipe->variable_count; i++) {
		struct variable *variable;

		if (!pipe->assign) {
			exec_push(exec, pipe->variables[i], result);
			continue;
		}
		variable = variable_find(exec, pipe->variables[i]);
		if (!variable)
			return exec_fail(exec, pipe->source, pipe->from, pipe->to,
					 "undefined variable: %s", pipe->variables[i]);
		variable->value = *result;
		exec->assignments++;
	}
	return 0;
}
