/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens to parse tree: pipelines, statements, definitions. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "provision/template/functions.h"
#include "provision/template/lex.h"
#include "provision/template/node.h"
#include "provision/template/number.h"
#include "provision/template/parse.h"
#include "provision/template/quote.h"
#include "provision/template/template.h"
#include "provision/template/unicode.h"

enum {
	PARSER_AHEAD_MAX = 3,
	TOKEN_SHOWN_MAX = 10,
};

struct parser {
	const struct source *source;
	struct arena *arena;
	struct error *error;
	struct lexer lexer;
	struct token ahead[PARSER_AHEAD_MAX]; /* read in advance */
	size_t ahead_count;
	size_t taken;		       /* the end of the last token taken */
	ARRAY(const char *) variables; /* in scope; equal names are one pointer */
	unsigned int ranges;	       /* that enclose this place within the template */
	unsigned int nesting;	       /* of blocks and parentheses */
	size_t action;		       /* the start of the current action */
	struct parsed *parsed;
	struct definition *last; /* the last definition so far */
	size_t definition_count;
	struct buf scratch;
};

static int parser_fail(struct parser *parser, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static struct pipe *parser_pipe(struct parser *parser, const char *context,
				enum token_type end);

/* The token `number` ahead (0: the next); valid until the next call. */
static const struct token *parser_peek(struct parser *parser, size_t number)
{
	while (parser->ahead_count <= number)
		lexer_next(&parser->lexer, &parser->ahead[parser->ahead_count++]);
	return &parser->ahead[number];
}

static struct token parser_take(struct parser *parser)
{
	struct token token = *parser_peek(parser, 0);

	parser->taken = token.to;
	parser->ahead_count--;
	memmove(parser->ahead, parser->ahead + 1,
		parser->ahead_count * sizeof(*parser->ahead));
	return token;
}

static int parser_fail(struct parser *parser, size_t at, const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return source_error(parser->error, parser->source, at, "%s", reason);
}

/* Reports what is not a token, and where its action began when that is on another
 * line. */
static int token_error(struct parser *parser, const struct token *token)
{
	const char *reason = buf_text(&parser->lexer.reason);
	size_t line = source_line(parser->source, parser->action);
	size_t length = strlen(reason);
	bool is_action = length > 7 && !strcmp(reason + length - 7, " action");

	if (!parser->lexer.inside || source_line(parser->source, token->from) == line)
		return parser_fail(parser, token->from, "%s", reason);
	return parser_fail(parser, token->from, "%s%s started at %s:%zu", reason,
			   is_action ? "" : " in action", parser->source->name, line);
}

/* Fails because the token is not allowed in the context. */
static int parser_unexpected(struct parser *parser, const struct token *token,
			     const char *context)
{
	const char *text = parser->source->text + token->from;
	size_t size = token->to - token->from;
	size_t shown = unicode_prefix(text, size, TOKEN_SHOWN_MAX);

	if (token->type == TOKEN_ERROR)
		return token_error(parser, token);
	if (token->type == TOKEN_END)
		return parser_fail(parser, token->from, "unexpected EOF");
	if (token->type >= TOKEN_DOT)
		return parser_fail(parser, token->from, "unexpected <%.*s> in %s",
				   (int)size, text, context);
	buf_clear(&parser->scratch);
	quote_text(&parser->scratch, text, size > TOKEN_SHOWN_MAX ? shown : size, false);
	return parser_fail(parser, token->from, "unexpected %s%s in %s",
			   buf_text(&parser->scratch),
			   size > TOKEN_SHOWN_MAX ? "..." : "", context);
}

/* Takes the next token, which must be of the type; else "unexpected X in CONTEXT". */
static int parser_expect(struct parser *parser, enum token_type type, const char *context)
{
	struct token token = parser_take(parser);

	if (token.type != type)
		return parser_unexpected(parser, &token, context);
	return 0;
}

/* Counts the nesting of blocks and parentheses; -1 when it is too deep. */
static int parser_enter(struct parser *parser, size_t at)
{
	if (parser->nesting == TEMPLATE_NESTING_MAX)
		return parser_fail(parser, at, "nested more than %d deep",
				   TEMPLATE_NESTING_MAX);
	parser->nesting++;
	return 0;
}

static void parser_leave(struct parser *parser)
{
	parser->nesting--;
}

/* Memory of the tree. */
static struct node *parser_node(struct parser *parser, enum node_type type, size_t from,
				size_t to)
{
	struct node *node = arena_get(parser->arena, sizeof(*node));

	node->type = type;
	node->source = parser->source;
	node->from = from;
	node->to = to;
	return node;
}

/* The value of a string literal, owned by the tree and followed by a NUL. */
static int parser_string(struct parser *parser, const struct token *token,
			 struct span *text)
{
	buf_clear(&parser->scratch);
	if (unquote_text(&parser->scratch, parser->source->text + token->from,
			 token->to - token->from) < 0)
		return parser_fail(parser, token->from, "invalid syntax");
	text->size = parser->scratch.size;
	text->at = arena_copy(parser->arena, buf_text(&parser->scratch), text->size);
	return 0;
}

static const char *token_text(const struct parser *parser, const struct token *token)
{
	return parser->source->text + token->from;
}

/* The name of a variable in scope, NULL when there is none. */
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

/* Adds a variable to the scope, also one that is only assigned to. */
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

/* Parses the variables of a pipeline and the sign after them. */
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

/* Appends a field at `last`; returns where the next one goes. */
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

/* Parses a term and the fields that follow it without a space. */
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
	/* A term has at most one field of its own. */
	last = node->path.fields ? &node->path.fields->next : &node->path.fields;
	while (next->type == TOKEN_FIELD && !next->spaced) {
		last = field_append(parser, node, last, next);
		parser_take(parser);
		next = parser_peek(parser, 0);
	}
	return node;
}

/* Parses words up to a pipe sign, which is taken, or to the end of the pipeline. */
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

/* Only the first command may be a value that can't be executed. */
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
	const struct command *last = pipe->commands;
	const struct node *word;

	while (last->next)
		last = last->next;
	for (word = last->words; word->next;)
		word = word->next;
	return word->to;
}

/* [$x[, $y] (:=|=)] command ("|" command)*, up to and including a token of the type
 * `end`. `context` is for errors; in "range" two variables may be set. */
static struct pipe *parser_pipe(struct parser *parser, const char *context,
				enum token_type end)
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

/* The end of a list of statements. */
enum ending {
	ENDING_NONE,
	ENDING_FILE,
	ENDING_END,
	ENDING_ELSE, /* {{else}}, or "{{else" before if or with */
};

static const char *const ending_names[] = {
	[ENDING_END] = "{{end}}",
	[ENDING_ELSE] = "{{else}}",
};

static struct node *statement_parse(struct parser *parser, enum ending *ending);

/* Parses statements up to an {{end}} or {{else}}; the end of the file is an error. */
static int list_parse(struct parser *parser, struct node **list, enum ending *ending)
{
	*ending = ENDING_NONE;
	while (parser_peek(parser, 0)->type != TOKEN_END) {
		*list = statement_parse(parser, ending);
		if (*ending != ENDING_NONE)
			return 0;
		if (!*list)
			return -1;
		list = &(*list)->next;
	}
	return parser_fail(parser, parser_peek(parser, 0)->from, "unexpected EOF");
}

static int definition_add(struct parser *parser, size_t at, struct span name,
			  struct node *body)
{
	struct definition *added;

	for (struct definition *d = parser->parsed->definitions; d; d = d->next) {
		if (d->name_size != name.size || memcmp(d->name, name.at, name.size))
			continue;
		if (node_list_is_empty(d->body)) {
			d->body = body;
		} else if (!node_list_is_empty(body)) {
			buf_clear(&parser->scratch);
			quote_text(&parser->scratch, name.at, name.size, false);
			return parser_fail(parser, at,
					   "multiple definition of template %s",
					   buf_text(&parser->scratch));
		}
		return 0;
	}
	if (parser->definition_count++ == PARSE_DEFINITIONS_MAX)
		return parser_fail(parser, at, "more than %d definitions",
				   PARSE_DEFINITIONS_MAX);
	added = arena_get(parser->arena, sizeof(*added));
	*added = (struct definition){
		.name = name.at,
		.name_size = name.size,
		.body = body,
		.is_defined = true,
	};
	*(parser->last ? &parser->last->next : &parser->parsed->definitions) = added;
	parser->last = added;
	return 0;
}

/* Parses the body of {{define}} or {{block}}, which has its own scope, up to its
 * {{end}}. */
static int body_parse(struct parser *parser, size_t at, struct span name,
		      const char *context)
{
	typeof(parser->variables) outer = parser->variables;
	unsigned int ranges = parser->ranges;
	struct node *body = NULL;
	enum ending ending;
	int result;

	if (parser_enter(parser, at) < 0)
		return -1;
	parser->variables = (typeof(parser->variables)){0};
	*array_add(&parser->variables) = node_data_name;
	parser->ranges = 0;
	result = list_parse(parser, &body, &ending);
	free(parser->variables.items);
	parser->variables = outer;
	parser->ranges = ranges;
	parser_leave(parser);
	if (result < 0)
		return -1;
	if (ending != ENDING_END)
		return parser_fail(parser, at, "unexpected %s in %s",
				   ending_names[ending], context);
	return definition_add(parser, at, name, body);
}

/* {{define "name"}} ... {{end}}; the keyword has been read. */
static int define_parse(struct parser *parser)
{
	static const char context[] = "define clause";
	struct token token = parser_take(parser);
	struct span name;

	if (token.type != TOKEN_STRING)
		return parser_unexpected(parser, &token, context);
	if (parser_string(parser, &token, &name) < 0 ||
	    parser_expect(parser, TOKEN_CLOSE, context) < 0)
		return -1;
	return body_parse(parser, token.from, name, context);
}

/* {{template "name" [pipeline]}} and {{block "name" pipeline}} ... {{end}} */
static struct node *template_call_parse(struct parser *parser, bool block)
{
	const char *context = block ? "block clause" : "template clause";
	struct token token = parser_take(parser);
	struct node *node = parser_node(parser, NODE_TEMPLATE, token.from, token.to);
	struct span name;

	if (token.type != TOKEN_STRING) {
		parser_unexpected(parser, &token, context);
		return NULL;
	}
	if (parser_string(parser, &token, &name) < 0)
		return NULL;
	node->call.name = name.at;
	node->call.name_size = name.size;
	node->call.next_call = parser->parsed->calls;
	parser->parsed->calls = node;
	if (!block && parser_peek(parser, 0)->type == TOKEN_CLOSE) {
		parser_take(parser);
		return node;
	}
	node->call.pipe = parser_pipe(parser, context, TOKEN_CLOSE);
	if (!node->call.pipe)
		return NULL;
	return block && body_parse(parser, token.from, name, context) < 0 ? NULL : node;
}

/* Parses what follows the pipeline of a branch. `*again` is set at {{else if}}: the next
 * branch is the other part of this one. */
static int branch_lists_parse(struct parser *parser, struct node *node, bool *again)
{
	enum token_type same = node->type == NODE_IF	 ? TOKEN_IF
			       : node->type == NODE_WITH ? TOKEN_WITH
							 : TOKEN_ERROR;
	enum ending ending;
	size_t at;

	*again = false;
	parser->ranges += node->type == NODE_RANGE;
	if (list_parse(parser, &node->branch.list, &ending) < 0)
		return -1;
	parser->ranges -= node->type == NODE_RANGE;
	if (ending == ENDING_END)
		return 0;
	at = parser_peek(parser, 0)->from;
	*again = parser_peek(parser, 0)->type == same && same != TOKEN_ERROR;
	if (*again)
		return 0;
	if (list_parse(parser, &node->branch.otherwise, &ending) < 0)
		return -1;
	if (ending != ENDING_END)
		return parser_fail(parser, at, "expected end; found {{else}}");
	return 0;
}

/* Parses {{if}}, {{with}} or {{range}} with every {{else if}}; they share one {{end}} and
 * one scope. */
static int branch_chain_parse(struct parser *parser, struct node *node,
			      const char *context)
{
	for (bool again = true; again;) {
		node->branch.pipe = parser_pipe(parser, context, TOKEN_CLOSE);
		if (!node->branch.pipe || branch_lists_parse(parser, node, &again) < 0)
			return -1;
		if (again) {
			struct token word = parser_take(parser);
			struct node *next = parser_node(parser, node->type, word.from,
							word.to);

			node->branch.chained = true;
			node->branch.otherwise = next;
			node = next;
		}
	}
	return 0;
}

static struct node *branch_parse(struct parser *parser, enum node_type type,
				 const struct token *word)
{
	static const char *const contexts[] = {
		[NODE_IF] = "if", [NODE_WITH] = "with", [NODE_RANGE] = "range"};
	struct node *node = parser_node(parser, type, word->from, word->to);
	size_t scope = parser->variables.count;
	int result;

	if (parser_enter(parser, word->from) < 0)
		return NULL;
	result = branch_chain_parse(parser, node, contexts[type]);
	parser->variables.count = scope;
	parser_leave(parser);
	return result < 0 ? NULL : node;
}

/* {{break}} and {{continue}}; the keyword has been read. */
static struct node *jump_parse(struct parser *parser, const struct token *word)
{
	bool is_break = word->type == TOKEN_BREAK;
	const char *name = is_break ? "{{break}}" : "{{continue}}";

	if (parser_expect(parser, TOKEN_CLOSE, name) < 0)
		return NULL;
	if (!parser->ranges) {
		parser_fail(parser, word->from, "%s outside {{range}}", name);
		return NULL;
	}
	return parser_node(parser, is_break ? NODE_BREAK : NODE_CONTINUE, word->from,
			   word->to);
}

static int else_parse(struct parser *parser, enum ending *ending)
{
	enum token_type next = parser_peek(parser, 0)->type;

	if (next != TOKEN_IF && next != TOKEN_WITH &&
	    parser_expect(parser, TOKEN_CLOSE, "else") < 0)
		return -1;
	*ending = ENDING_ELSE;
	return 0;
}

static struct node *action_parse(struct parser *parser)
{
	size_t from = parser_peek(parser, 0)->from;
	struct pipe *pipe = parser_pipe(parser, "command", TOKEN_CLOSE);
	struct node *node;

	if (!pipe)
		return NULL;
	node = parser_node(parser, NODE_ACTION, from, pipe->to);
	node->pipe = pipe;
	return node;
}

/* Parses an action whose opening delimiter has been read. NULL with an ending, or on
 * failure. */
static struct node *control_parse(struct parser *parser, enum ending *ending)
{
	struct token word = *parser_peek(parser, 0);

	if (word.type < TOKEN_BLOCK || word.type == TOKEN_DEFINE)
		return action_parse(parser);
	parser_take(parser);
	switch (word.type) {
	case TOKEN_BLOCK:
		return template_call_parse(parser, true);
	case TOKEN_TEMPLATE:
		return template_call_parse(parser, false);
	case TOKEN_BREAK:
	case TOKEN_CONTINUE:
		return jump_parse(parser, &word);
	case TOKEN_ELSE:
		else_parse(parser, ending);
		return NULL;
	case TOKEN_END_KEYWORD:
		if (parser_expect(parser, TOKEN_CLOSE, "end") == 0)
			*ending = ENDING_END;
		return NULL;
	case TOKEN_IF:
		return branch_parse(parser, NODE_IF, &word);
	case TOKEN_RANGE:
		return branch_parse(parser, NODE_RANGE, &word);
	default:
		return branch_parse(parser, NODE_WITH, &word);
	}
}

/* NULL with an ending, or on failure. */
static struct node *statement_parse(struct parser *parser, enum ending *ending)
{
	struct token token = parser_take(parser);

	if (token.type == TOKEN_TEXT) {
		struct node *node = parser_node(parser, NODE_TEXT, token.from, token.to);
		node->text.at = parser->source->text + token.from;
		node->text.size = token.to - token.from;
		return node;
	}
	if (token.type != TOKEN_OPEN) {
		parser_unexpected(parser, &token, "input");
		return NULL;
	}
	parser->action = token.from;
	return control_parse(parser, ending);
}

/* Parses the top level of the file, the only place for definitions. */
static int top_parse(struct parser *parser, struct node **list)
{
	enum ending ending = ENDING_NONE;

	while (parser_peek(parser, 0)->type != TOKEN_END) {
		size_t at = parser_peek(parser, 0)->from;

		if (parser_peek(parser, 0)->type == TOKEN_OPEN &&
		    parser_peek(parser, 1)->type == TOKEN_DEFINE) {
			parser->action = at;
			parser_take(parser);
			parser_take(parser);
			if (define_parse(parser) < 0)
				return -1;
			continue;
		}
		*list = statement_parse(parser, &ending);
		if (ending != ENDING_NONE)
			return parser_fail(parser, at, "unexpected %s",
					   ending_names[ending]);
		if (!*list)
			return -1;
		list = &(*list)->next;
	}
	return 0;
}

int parse_file(const struct source *source, const char *name, struct arena *arena,
	       struct parsed *parsed, struct error *error)
{
	struct parser parser = {
		.source = source, .arena = arena, .parsed = parsed, .error = error};
	struct span own_name = {arena_copy(arena, name, strlen(name)), strlen(name)};
	struct node *body = NULL;
	int result;

	lexer_start(&parser.lexer, source->text, source->size);
	*array_add(&parser.variables) = node_data_name;
	result = top_parse(&parser, &body);
	if (result == 0)
		result = definition_add(&parser, 0, own_name, body);
	lexer_free(&parser.lexer);
	buf_free(&parser.scratch);
	free(parser.variables.items);
	return result;
}
