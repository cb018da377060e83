/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of functions: their arguments evaluated and fitted to the parameters. */
#include "provision/template/eval.h"

enum { FEW_ARGUMENTS = 6 }; /* that need no memory */

/* Makes the value one that a parameter takes. */
static int argument_fit(struct exec *exec, const struct node *node,
			enum parameter parameter, struct value *value)
{
	if (parameter == PARAMETER_ANY)
		*value = value_box(*value);
	if (parameter != PARAMETER_STRING || value->type == VALUE_STRING)
		return 0;
	if (value->type == VALUE_NONE)
		return eval_fail(exec, node, "invalid value; expected string");
	return eval_fail(exec, node, "wrong type for value; expected string; got %s",
			 value->type == VALUE_NIL ? "interface {}"
						  : value_type_name(value));
}

static int argument_eval(struct exec *exec, const struct value *dot,
			 const struct node *node, enum parameter parameter,
			 struct value *value)
{
	const struct stage alone = {.word_count = 1};

	if (node->type == NODE_NIL && parameter == PARAMETER_STRING)
		return eval_fail(exec, node, "cannot assign nil to string");
	if (node->type == NODE_CONSTANT && parameter == PARAMETER_STRING &&
	    node->constant.value.type != VALUE_STRING)
		return eval_fail(exec, node, "expected string; found %.*s",
				 (int)(node->to - node->from),
				 node->source->text + node->from);
	if (node->type == NODE_NIL)
		*value = (struct value){.type = VALUE_NONE};
	else if (eval_word(exec, dot, node, &alone, value) < 0)
		return -1;
	return argument_fit(exec, node, parameter, value);
}

static enum parameter parameter_of(const struct function *function, size_t number)
{
	return number ? function->others : function->first;
}

/* and, or: the first value that decides, without evaluating those behind it. */
static int logic_eval(struct exec *exec, const struct value *dot, const struct node *node,
		      const struct stage *stage, struct value *result)
{
	bool decides = node->function->kind == FUNCTION_OR;

	for (const struct node *word = stage->words ? stage->words->next : NULL; word;
	     word = word->next) {
		if (argument_eval(exec, dot, word, PARAMETER_VALUE, result) < 0)
			return -1;
		if (value_truth(result) == decides)
			return 0;
	}
	if (stage->piped)
		*result = *stage->piped;
	return 0;
}

/* Fails where the function and its words stand. */
static int call_fail(struct exec *exec, const struct node *node,
		     const struct stage *stage, struct error *reason)
{
	const struct node *last = node;

	for (const struct node *word = stage->words; word; word = word->next)
		last = word;
	exec_fail(exec, node->source, node->from, last->to, "%s", error_text(reason));
	error_free(reason);
	return -1;
}

static int arguments_count(const struct node *node, const struct stage *stage,
			   size_t *count, struct error *error)
{
	const struct function *function = node->function;
	size_t words = stage->words ? stage->word_count - 1 : 0;

	*count = words + !!stage->piped;
	if (function->variadic && *count < function->fixed_count)
		return error_set(error,
				 "wrong number of args for %s: want at least %zu got %zu",
				 function->name, function->fixed_count, words);
	if (!function->variadic && *count != function->fixed_count)
		return error_set(error, "wrong number of args for %s: want %zu got %zu",
				 function->name, function->fixed_count, *count);
	return 0;
}

static int arguments_eval(struct exec *exec, const struct value *dot,
			  const struct node *node, const struct stage *stage,
			  struct value *arguments)
{
	size_t number = 0;

	for (const struct node *word = stage->words ? stage->words->next : NULL; word;
	     word = word->next, number++)
		if (argument_eval(exec, dot, word, parameter_of(node->function, number),
				  &arguments[number]) < 0)
			return -1;
	if (!stage->piped)
		return 0;
	arguments[number] = *stage->piped;
	return argument_fit(exec, node, parameter_of(node->function, number),
			    &arguments[number]);
}

int eval_call(struct exec *exec, const struct value *dot, const struct node *node,
	      const struct stage *stage, struct value *result)
{
	const struct function *function = node->function;
	bool forgives = function->kind == FUNCTION_FORGIVING;
	struct value few[FEW_ARGUMENTS], *arguments = few;
	struct error reason = {0};
	size_t count;
	int status;

	if (arguments_count(node, stage, &count, &reason) < 0 ||
	    work_count(&exec->work, 0, &reason) < 0)
		return call_fail(exec, node, stage, &reason);
	if (!function->call)
		return logic_eval(exec, dot, node, stage, result);
	if (count > FEW_ARGUMENTS)
		arguments = arena_get(&exec->work.arena, count * sizeof(*arguments));
	if (!arguments) {
		work_overflow(&exec->work, &reason);
		return call_fail(exec, node, stage, &reason);
	}
	exec->forgiving += forgives;
	status = arguments_eval(exec, dot, node, stage, arguments);
	exec->forgiving -= forgives;
	if (status < 0)
		return -1;
	if (function->call(&exec->work, arguments, count, result, &reason) == 0)
		return 0;
	error_context(&reason, "error calling %s", function->name);
	return call_fail(exec, node, stage, &reason);
}
