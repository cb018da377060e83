/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the parser share: tokens ahead, scopes, errors. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/template.h"
#include "provision/template/parser.h"
#include "provision/template/quote.h"
#include "provision/template/unicode.h"

enum { TOKEN_SHOWN_MAX = 10 };

const struct token *parser_peek(struct parser *parser, size_t number)
{
	while (parser->ahead_count <= number)
		lexer_next(&parser->lexer, &parser->ahead[parser->ahead_count++]);
	return &parser->ahead[number];
}

struct token parser_take(struct parser *parser)
{
	struct token token = *parser_peek(parser, 0);

	parser->taken = token.to;
	parser->ahead_count--;
	memmove(parser->ahead, parser->ahead + 1,
		parser->ahead_count * sizeof(*parser->ahead));
	return token;
}

int parser_fail(struct parser *parser, size_t at, const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return source_error(parser->error, parser->source, at, "%s", reason);
}

/* What is no token, and where its action began when that is on another line. */
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

int parser_unexpected(struct parser *parser, const struct token *token,
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

int parser_expect(struct parser *parser, enum token_type type, const char *context)
{
	struct token token = parser_take(parser);

	if (token.type != type)
		return parser_unexpected(parser, &token, context);
	return 0;
}

int parser_enter(struct parser *parser, size_t at)
{
	if (parser->nesting == TEMPLATE_NESTING_MAX)
		return parser_fail(parser, at, "nested more than %d deep",
				   TEMPLATE_NESTING_MAX);
	parser->nesting++;
	return 0;
}

void parser_leave(struct parser *parser)
{
	parser->nesting--;
}

struct node *parser_node(struct parser *parser, enum node_type type, size_t from,
			 size_t to)
{
	struct node *node = arena_get(parser->arena, sizeof(*node));

	node->type = type;
	node->source = parser->source;
	node->from = from;
	node->to = to;
	return node;
}

int parser_string(struct parser *parser, const struct token *token, struct span *text)
{
	buf_clear(&parser->scratch);
	if (unquote_text(&parser->scratch, parser->source->text + token->from,
			 token->to - token->from) < 0)
		return parser_fail(parser, token->from, "invalid syntax");
	text->size = parser->scratch.size;
	text->at = arena_copy(parser->arena, buf_text(&parser->scratch), text->size);
	return 0;
}
