/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens to parse tree: statements and definitions. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/parse.h"
#include "provision/template/parser.h"
#include "provision/template/quote.h"

/* What a list of statements ends with. */
enum ending {
	ENDING_NONE,
	ENDING_FILE,
	ENDING_END,
	ENDING_ELSE, /* {{else}}, or {{else in front of if or with */
};

static const char *const ending_names[] = {
	[ENDING_END] = "{{end}}",
	[ENDING_ELSE] = "{{else}}",
};

static struct node *statement_parse(struct parser *parser, enum ending *ending);

/* Statements up to an {{end}} or {{else}}; the file may end only where there is none. */
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

/* The body of {{define}} and {{block}}, with a scope of its own, up to its {{end}}. */
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

/* {{define "name"}} ... {{end}}; the keyword is behind us. */
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

/* What stands behind the pipeline of a branch. `*again`: {{else if}}, so that the next
 * branch is this one's other part. */
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

/* {{if}}, {{with}} or {{range}} at the keyword `word`, with all its {{else if}}, which
 * share one {{end}} and one scope. */
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

/* {{break}} and {{continue}}; the keyword is behind us. */
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

/* What is in an action, whose opening is behind us. NULL with an ending, or on failure.
 */
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
	struct node *node;

	if (token.type == TOKEN_TEXT) {
		node = parser_node(parser, NODE_TEXT, token.from, token.to);
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

/* The file itself: here definitions may stand. */
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
