/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits template text into tokens, without comments and trimmed space. */
#ifndef PROVISION_TEMPLATE_LEX_H
#define PROVISION_TEMPLATE_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

enum token_type {
	TOKEN_ERROR, /* not a token: the reason is in the lexer */
	TOKEN_END,   /* the end of the text */
	TOKEN_TEXT,  /* outside of actions, trimmed */
	TOKEN_OPEN,  /* {{ */
	TOKEN_CLOSE, /* }} */
	TOKEN_PAREN_OPEN,
	TOKEN_PAREN_CLOSE,
	TOKEN_PIPE,
	TOKEN_ASSIGN,	 /* = */
	TOKEN_DECLARE,	 /* := */
	TOKEN_CHARACTER, /* other ASCII, such as a comma */
	TOKEN_FIELD,	 /* .Name, one of a chain */
	TOKEN_VARIABLE,	 /* $name or $ */
	TOKEN_IDENTIFIER,
	TOKEN_BOOL,
	TOKEN_NUMBER,
	TOKEN_POINT,  /* a character literal with its quotes */
	TOKEN_STRING, /* in double quotes or backquotes, with them */
	/* Keywords. */
	TOKEN_DOT,
	TOKEN_NIL,
	TOKEN_BLOCK,
	TOKEN_BREAK,
	TOKEN_CONTINUE,
	TOKEN_DEFINE,
	TOKEN_ELSE,
	TOKEN_END_KEYWORD,
	TOKEN_IF,
	TOKEN_RANGE,
	TOKEN_TEMPLATE,
	TOKEN_WITH,
};

struct token {
	enum token_type type;
	size_t from, to; /* its first byte in the text, and the byte after its last */
	bool spaced;	 /* there is space before it, within the action */
};

/* Start with lexer_start(), end with lexer_free(). The text is borrowed. */
struct lexer {
	const char *text;
	size_t size;
	size_t at;
	bool inside; /* an action */
	unsigned int parens;
	struct buf reason; /* of a TOKEN_ERROR */
};

void lexer_start(struct lexer *lexer, const char *text, size_t size);

/* The next token. TOKEN_ERROR and TOKEN_END are repeated. */
void lexer_next(struct lexer *lexer, struct token *token);

void lexer_free(struct lexer *lexer);

#endif
