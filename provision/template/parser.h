/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the parser share: tokens ahead, scopes, errors. */
#ifndef PROVISION_TEMPLATE_PARSER_H
#define PROVISION_TEMPLATE_PARSER_H

#include "common/buf.h"
#include "common/error.h"
#include "common/mem.h"
#include "provision/template/lex.h"
#include "provision/template/node.h"
#include "provision/template/parse.h"

enum { PARSER_AHEAD_MAX = 3 };

struct parser {
	const struct source *source;
	struct arena *arena;
	struct error *error;
	struct lexer lexer;
	struct token ahead[PARSER_AHEAD_MAX]; /* read, but not taken */
	size_t ahead_count;
	size_t taken;		       /* where the last token taken ends */
	ARRAY(const char *) variables; /* in scope; equal names are one pointer */
	unsigned int ranges;	       /* around here, within this template */
	unsigned int nesting;	       /* of blocks and parentheses */
	size_t action;		       /* where the action around here begins */
	struct parsed *parsed;
	struct definition *last; /* of the definitions so far */
	size_t definition_count;
	struct buf scratch;
};

/* The token `number` ahead (0: the next), and the next taken. They stay valid until the
 * next call. */
const struct token *parser_peek(struct parser *parser, size_t number);
struct token parser_take(struct parser *parser);

/* Takes the next token, which has to be of the type; "unexpected X in CONTEXT". */
int parser_expect(struct parser *parser, enum token_type type, const char *context);

/* Fail, -1: where `at` is; and because the token may not stand in the context. */
int parser_fail(struct parser *parser, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int parser_unexpected(struct parser *parser, const struct token *token,
		      const char *context);

/* Counts a block or parenthesis that is entered; -1 when there are too many. */
int parser_enter(struct parser *parser, size_t at);
void parser_leave(struct parser *parser);

/* Memory of the tree. */
struct node *parser_node(struct parser *parser, enum node_type type, size_t from,
			 size_t to);
/* What a string literal means, owned by the tree, with a NUL behind it. */
int parser_string(struct parser *parser, const struct token *token, struct span *text);

/*
 * [$x[, $y] (:=|=)] command ("|" command)*, up to and with a token of the type `end`.
 * `context` stands in errors; in "range" two variables may be set.
 */
struct pipe *parser_pipe(struct parser *parser, const char *context, enum token_type end);

#endif
