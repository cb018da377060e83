/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The value of an expression: pipelines, fields, variables, calls of functions. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/template/eval.h"
#include "provision/template/function_type.h"

enum {
	EXPRESSION_SHOWN_MAX = 60,
	NEAREST_MAX = 256,
	FEW_ARGUMENTS = 6, /* that fit on the stack */
};

/* The input of a stage of a pipeline: its words, and the result of the stage before. */
struct stage {
	const struct node *words; /* the first is not an argument */
	size_t word_count;
	const struct value *piped; /* NULL in the first stage */
};

static int eval_fail(struct eval *eval, const struct node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static int eval_word(struct eval *eval, const struct value *dot, const struct node *node,
		     const struct stage *stage, struct value *value);

int eval_fail_at(struct eval *eval, const struct source *source, size_t from, size_t to,
		 const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	size_t size = to - from;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return source_error(
		eval->error, source, from, "<%.*s%s>: %s",
		(int)(size > EXPRESSION_SHOWN_MAX ? EXPRESSION_SHOWN_MAX : size),
		source->text + from, size > EXPRESSION_SHOWN_MAX ? "..." : "", reason);
}

void eval_push(struct eval *eval, const char *name, const struct value *value)
{
	*array_add(&eval->variables) = (struct variable){name, *value};
}

/* Fails with the place of the node. */
static int eval_fail(struct eval *eval, const struct node *node, const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return eval_fail_at(eval, node->source, node->from, node->to, "%s", reason);
}

static bool eval_has_arguments(const struct stage *stage)
{
	return stage->word_count > 1 || stage->piped;
}

static bool is_markup(const struct eval *eval, const char *field)
{
	for (const char *const *name = eval->options->markup; name && *name; name++)
		if (!strcmp(*name, field))
			return true;
	return false;
}

/* "did you mean" for the name of a field that does not exist; "" when no name is near. */
static char *member_meant(const struct value *map, const char *name)
{
	const char *names[NEAREST_MAX];
	size_t count = 0;

	json_object_object_foreach(map->map, key, json) {
		(void)json;
		/* cppcheck-suppress knownConditionTrueFalse: the macro is a loop */
		if (count < NEAREST_MAX)
			names[count++] = key;
	}
	return text_meant(name, names, count);
}

static int member_missing(struct eval *eval, const struct node *node,
			  const struct field *field, struct value *value)
{
	CLEANUP(free_ptr) char *meant = NULL;

	if (eval->options->missing == TEMPLATE_MISSING_DEFAULT || eval->forgiving) {
		*value = (struct value){.type = VALUE_NONE};
		return 0;
	}
	if (eval->options->missing == TEMPLATE_MISSING_ZERO) {
		*value = (struct value){.type = VALUE_NIL, .boxed = true};
		return 0;
	}
	meant = member_meant(value, field->name);
	return eval_fail_at(eval, node->source, node->from, field->to,
			    "map has no entry for key \"%s\"%s", field->name, meant);
}

/* Replaces `*value` by its field. Only the last field of a chain has a stage. */
static int field_eval(struct eval *eval, const struct node *node,
		      const struct field *field, const struct stage *stage,
		      struct value *value)
{
	struct value member;

	if (value->type == VALUE_NONE) {
		if (eval->options->missing == TEMPLATE_MISSING_ERROR && !eval->forgiving)
			return eval_fail_at(eval, node->source, node->from, field->to,
					    "nil data; no entry for key \"%s\"",
					    field->name);
		return 0;
	}
	if (value->type == VALUE_NIL && eval->forgiving) {
		*value = (struct value){.type = VALUE_NONE};
		return 0;
	}
	if (value->type == VALUE_NIL)
		return eval_fail_at(eval, node->source, node->from, field->to,
				    "nil pointer evaluating interface {}.%s",
				    field->name);
	if (value->type != VALUE_MAP)
		return eval_fail_at(eval, node->source, node->from, field->to,
				    "can't evaluate field %s in type %s", field->name,
				    value_static_type_name(value));
	if (stage && eval_has_arguments(stage))
		return eval_fail(eval, node, "%s is not a method but has arguments",
				 field->name);
	if (!value_field(value, field->name, &member))
		return member_missing(eval, node, field, value);
	if (is_markup(eval, field->name))
		member.markup = MARKUP_XML;
	*value = member;
	return 0;
}

/* Evaluates the fields of a chain; `*value` is its first value, and then its result. */
static int eval_fields(struct eval *eval, const struct node *node,
		       const struct stage *stage, struct value *value)
{
	for (const struct field *f = node->path.fields; f; f = f->next)
		if (field_eval(eval, node, f, f->next ? NULL : stage, value) < 0)
			return -1;
	return 0;
}

/* Converts the value to what the parameter accepts. */
static int argument_fit(struct eval *eval, const struct node *node,
			enum parameter parameter, struct value *value)
{
	if (parameter == PARAMETER_ANY)
		*value = value_box(*value);
	if (parameter != PARAMETER_STRING || value->type == VALUE_STRING)
		return 0;
	if (value->type == VALUE_NONE)
		return eval_fail(eval, node, "invalid value; expected string");
	return eval_fail(eval, node, "wrong type for value; expected string; got %s",
			 value->type == VALUE_NIL ? "interface {}"
						  : value_type_name(value));
}

static int argument_eval(struct eval *eval, const struct value *dot,
			 const struct node *node, enum parameter parameter,
			 struct value *value)
{
	const struct stage alone = {.word_count = 1};

	if (node->type == NODE_NIL && parameter == PARAMETER_STRING)
		return eval_fail(eval, node, "cannot assign nil to string");
	if (node->type == NODE_CONSTANT && parameter == PARAMETER_STRING &&
	    node->constant.value.type != VALUE_STRING)
		return eval_fail(eval, node, "expected string; found %.*s",
				 (int)(node->to - node->from),
				 node->source->text + node->from);
	if (node->type == NODE_NIL)
		*value = (struct value){.type = VALUE_NONE};
	else if (eval_word(eval, dot, node, &alone, value) < 0)
		return -1;
	return argument_fit(eval, node, parameter, value);
}

static enum parameter parameter_of(const struct function *function, size_t number)
{
	return number ? function->others : function->first;
}

/* and, or: the first value that decides; those after it are not evaluated. */
static int logic_eval(struct eval *eval, const struct value *dot, const struct node *node,
		      const struct stage *stage, struct value *result)
{
	bool decides = node->function->kind == FUNCTION_OR;

	for (const struct node *word = stage->words ? stage->words->next : NULL; word;
	     word = word->next) {
		if (argument_eval(eval, dot, word, PARAMETER_VALUE, result) < 0)
			return -1;
		if (value_truth(result) == decides)
			return 0;
	}
	if (stage->piped)
		*result = *stage->piped;
	return 0;
}

/* Fails with the place of the function and its words. */
static int call_fail(struct eval *eval, const struct node *node,
		     const struct stage *stage, struct error *reason)
{
	const struct node *last = node;

	for (const struct node *word = stage->words; word; word = word->next)
		last = word;
	eval_fail_at(eval, node->source, node->from, last->to, "%s", error_text(reason));
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

static int arguments_eval(struct eval *eval, const struct value *dot,
			  const struct node *node, const struct stage *stage,
			  struct value *arguments)
{
	size_t number = 0;

	for (const struct node *word = stage->words ? stage->words->next : NULL; word;
	     word = word->next, number++)
		if (argument_eval(eval, dot, word, parameter_of(node->function, number),
				  &arguments[number]) < 0)
			return -1;
	if (!stage->piped)
		return 0;
	arguments[number] = *stage->piped;
	return argument_fit(eval, node, parameter_of(node->function, number),
			    &arguments[number]);
}

/* Calls a function with the arguments of its stage. */
static int eval_call(struct eval *eval, const struct value *dot, const struct node *node,
		     const struct stage *stage, struct value *result)
{
	const struct function *function = node->function;
	bool forgives = function->kind == FUNCTION_FORGIVING;
	struct value few[FEW_ARGUMENTS], *arguments = few;
	struct error reason = {0};
	size_t count;
	int status;

	if (arguments_count(node, stage, &count, &reason) < 0 ||
	    limits_count(&eval->limits, 0, &reason) < 0)
		return call_fail(eval, node, stage, &reason);
	if (!function->call)
		return logic_eval(eval, dot, node, stage, result);
	if (count > FEW_ARGUMENTS)
		arguments = arena_get(&eval->limits.arena, count * sizeof(*arguments));
	if (!arguments) {
		limits_overflow(&eval->limits, &reason);
		return call_fail(eval, node, stage, &reason);
	}
	eval->forgiving += forgives;
	status = arguments_eval(eval, dot, node, stage, arguments);
	eval->forgiving -= forgives;
	if (status < 0)
		return -1;
	if (function->call(&eval->limits, arguments, count, result, &reason) == 0)
		return 0;
	error_context(&reason, "error calling %s", function->name);
	return call_fail(eval, node, stage, &reason);
}

static struct variable *variable_find(struct eval *eval, const char *name)
{
	for (size_t i = eval->variables.count; i > eval->frame; i--)
		if (eval->variables.items[i - 1].name == name)
			return &eval->variables.items[i - 1];
	return NULL;
}

static int no_function(struct eval *eval, const struct node *node,
		       const struct stage *stage)
{
	bool parens = node->type == NODE_PIPE;
	size_t from = parens ? node->pipe->from : node->from;
	size_t to = parens ? node->pipe->to : node->to;

	if (!eval_has_arguments(stage))
		return 0;
	return eval_fail(eval, node, "can't give argument to non-function %.*s",
			 (int)(to - from), node->source->text + from);
}

static int variable_eval(struct eval *eval, const struct node *node,
			 const struct stage *stage, struct value *value)
{
	const struct variable *variable = variable_find(eval, node->path.variable);

	if (!variable)
		return eval_fail(eval, node, "undefined variable: %s",
				 node->path.variable);
	*value = variable->value;
	if (!node->path.fields)
		return no_function(eval, node, stage);
	return eval_fields(eval, node, stage, value);
}

static int constant_eval(struct eval *eval, const struct node *node, struct value *value)
{
	if (node->constant.overflows)
		return eval_fail(eval, node, "%.*s overflows int",
				 (int)(node->to - node->from),
				 node->source->text + node->from);
	*value = node->constant.value;
	return 0;
}

static int chain_eval(struct eval *eval, const struct value *dot, const struct node *node,
		      const struct stage *stage, struct value *value)
{
	const struct stage alone = {.word_count = 1};

	if (eval_word(eval, dot, node->path.base, &alone, value) < 0)
		return -1;
	return eval_fields(eval, node, stage, value);
}

/* Evaluates a word with the arguments of its stage. */
static int eval_word(struct eval *eval, const struct value *dot, const struct node *node,
		     const struct stage *stage, struct value *value)
{
	switch (node->type) {
	case NODE_FIELD:
		*value = *dot;
		return eval_fields(eval, node, stage, value);
	case NODE_CHAIN:
		return chain_eval(eval, dot, node, stage, value);
	case NODE_FUNCTION:
		return eval_call(eval, dot, node, stage, value);
	case NODE_VARIABLE:
		return variable_eval(eval, node, stage, value);
	default:
		break;
	}
	if (no_function(eval, node, stage) < 0)
		return -1;
	switch (node->type) {
	case NODE_PIPE:
		return eval_pipe(eval, dot, node->pipe, value);
	case NODE_DOT:
		*value = *dot;
		return 0;
	case NODE_NIL:
		return eval_fail(eval, node, "nil is not a command");
	default:
		return constant_eval(eval, node, value);
	}
}

/* Whether the next stage takes a missing field as no value. */
static bool is_forgiven(const struct command *command)
{
	const struct command *next = command->next;

	return next && command->word_count == 1 && next->words->type == NODE_FUNCTION &&
	       next->words->function->kind == FUNCTION_FORGIVING;
}

static int commands_eval(struct eval *eval, const struct value *dot,
			 const struct command *command, struct value *result)
{
	struct value value, piped;
	bool first = true;

	for (; command; command = command->next, first = false) {
		struct stage stage = {command->words, command->word_count,
				      first ? NULL : &piped};
		bool forgives = is_forgiven(command);
		int status;

		eval->forgiving += forgives;
		status = eval_word(eval, dot, command->words, &stage, &value);
		eval->forgiving -= forgives;
		if (status < 0)
			return -1;
		piped = value_unbox(value);
	}
	*result = piped;
	return 0;
}

int eval_pipe(struct eval *eval, const struct value *dot, const struct pipe *pipe,
	      struct value *result)
{
	if (!pipe) {
		*result = (struct value){.type = VALUE_NONE};
		return 0;
	}
	if (commands_eval(eval, dot, pipe->commands, result) < 0)
		return -1;
	for (size_t i = 0; i < pipe->variable_count; i++) {
		struct variable *variable;

		if (!pipe->assign) {
			eval_push(eval, pipe->variables[i], result);
			continue;
		}
		variable = variable_find(eval, pipe->variables[i]);
		if (!variable)
			return eval_fail_at(eval, pipe->source, pipe->from, pipe->to,
					    "undefined variable: %s", pipe->variables[i]);
		variable->value = *result;
		eval->assignments++;
	}
	return 0;
}
