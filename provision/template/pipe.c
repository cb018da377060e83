/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens to parse tree: pipelines. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/template/func.h"
#include "provision/template/number.h"
#include "provision/template/parse.h"
#include "provision/template/parser.h"
#include "provision/template/quote.h"

static const char *token_text(const struct parser *parser, const struct token *token)
{
	return parser->source->text + token->from;
}

/* The name of a variable that is in scope, NULL when there is none. */
static const char *variable_find(const struct parser *parser, const struct token *token)
{
	size_t size = token->to - token->from;

	for (size_t i = parser->variables.count; i > 0; i--) {
		const char *name = parser->variables.items[i - 1];

		if (strlen(name) == size &&
		    !memcmp(name, token_text(parser, token), size))
			return name;
	}
	return NULL;
}

/* Brings a variable into scope, also one that is only assigned to. */
static int variable_set(struct parser *parser, struct pipe *pipe,
			const struct token *token)
{
	const char *name = variable_find(parser, token);

	if (parser->variables.count == PARSE_VARIABLES_MAX)
		return parser_fail(parser, token->from, "more than %d variables",
				   PARSE_VARIABLES_MAX);
	if (!name)
		name = arena_copy(parser->arena, token_text(parser, token),
				  token->to - token->from);
	*array_add(&parser->variables) = name;
	pipe->variables[pipe->variable_count++] = name;
	return 0;
}

static bool is_comma(const struct parser *parser, const struct token *token)
{
	return token->type == TOKEN_CHARACTER && *token_text(parser, token) == ',';
}

/* The variables of a pipeline and the sign behind them. */
static int variables_parse(struct parser *parser, struct pipe *pipe, const char *context)
{
	while (parser_peek(parser, 0)->type == TOKEN_VARIABLE) {
		struct token sign = *parser_peek(parser, 1);
		bool sets = sign.type == TOKEN_ASSIGN || sign.type == TOKEN_DECLARE;
		struct token variable;
		enum token_type next;

		if (!sets && !is_comma(parser, &sign))
			return 0;
		variable = parser_take(parser);
		parser_take(parser);
		if (variable_set(parser, pipe, &variable) < 0)
			return -1;
		pipe->assign = sign.type == TOKEN_ASSIGN;
		if (sets)
			return 0;
		if (strcmp(context, "range") || pipe->variable_count == 2)
			return parser_fail(parser, sign.from,
					   "too many declarations in %s", context);
		next = parser_peek(parser, 0)->type;
		if (next != TOKEN_VARIABLE && next != TOKEN_CLOSE &&
		    next != TOKEN_PAREN_CLOSE)
			return parser_fail(parser, parser_peek(parser, 0)->from,
					   "range can only initialize variables");
	}
	return 0;
}

static struct node *constant_node(struct parser *parser, const struct token *token,
				  struct value value)
{
	struct node *node = parser_node(parser, NODE_CONSTANT, token->from, token->to);

	node->constant.value = value;
	return node;
}

static struct node *number_parse(struct parser *parser, const struct token *token)
{
	struct node *node = constant_node(parser, token, (struct value){0});
	const char *text = token_text(parser, token);
	size_t size = token->to - token->from;
	struct error error = {0};
	uint32_t point = 0;
	int result;

	if (token->type == TOKEN_NUMBER) {
		result = number_read(text, size, &node->constant.value,
				     &node->constant.overflows, &error);
	} else {
		result = unquote_point(text, size, &point, &error);
		node->constant.value = value_int(point);
	}
	if (result < 0) {
		parser_fail(parser, token->from, "%s", error_text(&error));
		node = NULL;
	}
	error_free(&error);
	return node;
}

static struct node *variable_parse(struct parser *parser, const struct token *token)
{
	struct node *node = parser_node(parser, NODE_VARIABLE, token->from, token->to);

	node->path.variable = variable_find(parser, token);
	if (node->path.variable)
		return node;
	parser_fail(parser, token->from, "undefined variable \"%.*s\"",
		    (int)(token->to - token->from), token_text(parser, token));
	return NULL;
}

static struct node *function_parse(struct parser *parser, const struct token *token)
{
	struct node *node = parser_node(parser, NODE_FUNCTION, token->from, token->to);
	size_t size = token->to - token->from;
	CLEANUP(free_ptr) char *meant = NULL;

	node->function = function_find(token_text(parser, token), size);
	if (node->function)
		return node;
	buf_clear(&parser->scratch);
	buf_add(&parser->scratch, token_text(parser, token), size);
	meant = text_did_you_mean(function_nearest(buf_text(&parser->scratch)));
	parser_fail(parser, token->from, "function \"%s\" not defined%s",
		    buf_text(&parser->scratch), meant);
	return NULL;
}

static struct node *paren_parse(struct parser *parser, const struct token *token)
{
	struct node *node = parser_node(parser, NODE_PIPE, token->from, token->to);

	if (parser_enter(parser, token->from) < 0)
		return NULL;
	node->pipe = parser_pipe(parser, "parenthesized pipeline", TOKEN_PAREN_CLOSE);
	if (!node->pipe)
		return NULL;
	node->to = parser->taken;
	parser_leave(parser);
	return node;
}

/* Appends a field behind `last`, which is moved. */
static struct field **field_append(struct parser *parser, struct node *node,
				   struct field **last, const struct token *token)
{
	*last = arena_get(parser->arena, sizeof(**last));
	(*last)->from = token->from;
	(*last)->to = token->to;
	(*last)->name = arena_copy(parser->arena, token_text(parser, token) + 1,
				   token->to - token->from - 1);
	node->to = token->to;
	return &(*last)->next;
}

static struct node *term_parse(struct parser *parser, const struct token *token)
{
	struct node *node;
	struct span text;

	switch (token->type) {
	case TOKEN_IDENTIFIER:
		return function_parse(parser, token);
	case TOKEN_DOT:
		return parser_node(parser, NODE_DOT, token->from, token->to);
	case TOKEN_NIL:
		return parser_node(parser, NODE_NIL, token->from, token->to);
	case TOKEN_VARIABLE:
		return variable_parse(parser, token);
	case TOKEN_FIELD:
		node = parser_node(parser, NODE_FIELD, token->from, token->to);
		field_append(parser, node, &node->path.fields, token);
		return node;
	case TOKEN_BOOL:
		return constant_node(parser, token,
				     value_bool(*token_text(parser, token) == 't'));
	case TOKEN_NUMBER:
	case TOKEN_POINT:
		return number_parse(parser, token);
	case TOKEN_PAREN_OPEN:
		return paren_parse(parser, token);
	default: /* TOKEN_STRING */
		if (parser_string(parser, token, &text) < 0)
			return NULL;
		return constant_node(parser, token, value_text(text));
	}
}

static bool is_operand(enum token_type type)
{
	return type == TOKEN_PAREN_OPEN || type == TOKEN_NIL || type == TOKEN_DOT ||
	       (type >= TOKEN_FIELD && type <= TOKEN_STRING);
}

/* A term and the fields right behind it. */
static struct node *operand_parse(struct parser *parser)
{
	struct token token = parser_take(parser);
	struct node *node = term_parse(parser, &token), *chain;
	struct field **last;
	const struct token *next = parser_peek(parser, 0);

	if (!node || next->type != TOKEN_FIELD || next->spaced)
		return node;
	if (node->type == NODE_DOT || node->type == NODE_NIL ||
	    node->type == NODE_CONSTANT) {
		buf_clear(&parser->scratch);
		quote_text(&parser->scratch, token_text(parser, &token),
			   token.to - token.from, false);
		parser_fail(parser, next->from, "unexpected . after term %s",
			    buf_text(&parser->scratch));
		return NULL;
	}
	if (node->type == NODE_PIPE || node->type == NODE_FUNCTION) {
		chain = parser_node(parser, NODE_CHAIN, node->from, node->to);
		chain->path.base = node;
		node = chain;
	}
	/* What the term brought with it is at most one. */
	last = node->path.fields ? &node->path.fields->next : &node->path.fields;
	while (next->type == TOKEN_FIELD && !next->spaced) {
		last = field_append(parser, node, last, next);
		parser_take(parser);
		next = parser_peek(parser, 0);
	}
	return node;
}

/* Words up to a pipe sign, which is taken, or to what ends the pipeline. */
static struct command *command_parse(struct parser *parser)
{
	struct command *command = arena_get(parser->arena, sizeof(*command));
	struct node **last = &command->words;
	const struct token *next;

	do {
		*last = operand_parse(parser);
		if (!*last)
			return NULL;
		last = &(*last)->next;
		command->word_count++;
		next = parser_peek(parser, 0);
	} while (next->spaced && is_operand(next->type));
	if (next->type == TOKEN_PIPE) {
		parser_take(parser);
	} else if (next->type != TOKEN_CLOSE && next->type != TOKEN_PAREN_CLOSE) {
		parser_unexpected(parser, next, "operand");
		return NULL;
	}
	return command;
}

static bool is_executable(const struct node *word)
{
	return word->type != NODE_CONSTANT && word->type != NODE_DOT &&
	       word->type != NODE_NIL;
}

static int commands_parse(struct parser *parser, struct pipe *pipe, const char *context,
			  enum token_type end)
{
	struct command **last = &pipe->commands;
	struct token token;

	while (is_operand(parser_peek(parser, 0)->type)) {
		*last = command_parse(parser);
		if (!*last)
			return -1;
		last = &(*last)->next;
	}
	token = parser_take(parser);
	if (token.type != end)
		return parser_unexpected(parser, &token, context);
	if (!pipe->commands)
		return parser_fail(parser, token.from, "missing value for %s", context);
	return 0;
}

/* Only the first command may be a value that can't be called. */
static int stages_check(struct parser *parser, const struct pipe *pipe)
{
	int stage = 2;

	for (struct command *c = pipe->commands->next; c; c = c->next, stage++)
		if (!is_executable(c->words))
			return parser_fail(parser, c->words->from,
					   "non executable command in pipeline stage %d",
					   stage);
	return 0;
}

static size_t pipe_end(const struct pipe *pipe)
{
	const struct node *word = NULL;

	for (struct command *c = pipe->commands; c; c = c->next)
		for (word = c->words; word->next; word = word->next)
			;
	return word->to;
}

struct pipe *parser_pipe(struct parser *parser, const char *context, enum token_type end)
{
	struct pipe *pipe = arena_get(parser->arena, sizeof(*pipe));

	pipe->source = parser->source;
	pipe->from = parser_peek(parser, 0)->from;
	if (variables_parse(parser, pipe, context) < 0 ||
	    commands_parse(parser, pipe, context, end) < 0 ||
	    stages_check(parser, pipe) < 0)
		return NULL;
	pipe->to = pipe_end(pipe);
	return pipe;
}
