/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions of a parse tree evaluated: pipelines, fields, calls of functions. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/template/eval.h"
#include "provision/template/functions.h"

enum {
	NEAREST_MAX = 256,
	FEW_ARGUMENTS = 6, /* that need no memory */
};

/* What a stage of a pipeline is given: its words, and what the stage before made. */
struct stage {
	const struct node *words; /* the first is not an argument */
	size_t word_count;
	const struct value *piped; /* NULL in the first stage */
};

static int eval_fail(struct exec *exec, const struct node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static int eval_word(struct exec *exec, const struct value *dot, const struct node *node,
		     const struct stage *stage, struct value *value);

/* Fails where the node is. */
static int eval_fail(struct exec *exec, const struct node *node, const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return exec_fail(exec, node->source, node->from, node->to, "%s", reason);
}

static bool eval_has_arguments(const struct stage *stage)
{
	return stage->word_count > 1 || stage->piped;
}

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

/* The fields of a chain, one after the other; `*value` is what it begins with. */
static int eval_fields(struct exec *exec, const struct node *node,
		       const struct stage *stage, struct value *value)
{
	for (const struct field *f = node->path.fields; f; f = f->next)
		if (field_eval(exec, node, f, f->next ? NULL : stage, value) < 0)
			return -1;
	return 0;
}

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

/* A function with the arguments of its stage. */
static int eval_call(struct exec *exec, const struct value *dot, const struct node *node,
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

/* A word, with the arguments that its stage has. */
static int eval_word(struct exec *exec, const struct value *dot, const struct node *node,
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
