/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Template text cut into tokens: text, comments, the delimiters of actions. */
#define _GNU_SOURCE
#include <string.h>

#include "provision/template/lexer.h"

enum {
	DELIMITER_SIZE = 2, /* {{ }} and the comment marks */
	TRIM_SIZE = 2,	    /* the minus sign and its space */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool lexer_looking_at(const struct lexer *lexer, size_t at, const char *text)
{
	size_t size = strlen(text);

	return at <= lexer->size && lexer->size - at >= size &&
	       !memcmp(lexer->text + at, text, size);
}

static bool space_at(const struct lexer *lexer, size_t at)
{
	return at < lexer->size && is_space(lexer->text[at]);
}

/* The minus sign of a trim marker and its space, " -" in front of }} */
static bool closing_trim_at(const struct lexer *lexer, size_t at)
{
	return space_at(lexer, at) && lexer_looking_at(lexer, at + 1, "-}}");
}

static bool closing_at(const struct lexer *lexer, size_t at)
{
	return lexer_looking_at(lexer, at, "}}") || closing_trim_at(lexer, at);
}

void lexer_fail(struct lexer *lexer, struct token *token, const char *reason)
{
	token->type = TOKEN_ERROR;
	token->to = lexer->at;
	buf_clear(&lexer->reason);
	buf_add_string(&lexer->reason, reason);
}

static void close_lex(struct lexer *lexer, struct token *token)
{
	bool trim = closing_trim_at(lexer, lexer->at);

	if (lexer->parens) {
		lexer_fail(lexer, token, "unclosed left paren");
		return;
	}
	lexer->at += trim ? TRIM_SIZE : 0;
	token->type = TOKEN_CLOSE;
	token->from = lexer->at;
	lexer->at += DELIMITER_SIZE;
	token->to = lexer->at;
	lexer->inside = false;
	while (trim && space_at(lexer, lexer->at))
		lexer->at++;
}

static void inside_lex(struct lexer *lexer, struct token *token)
{
	while (!closing_at(lexer, lexer->at) && space_at(lexer, lexer->at)) {
		token->spaced = true;
		lexer->at++;
	}
	token->from = lexer->at;
	if (closing_at(lexer, lexer->at)) {
		close_lex(lexer, token);
		return;
	}
	if (lexer->at < lexer->size)
		lexer_token(lexer, token);
	else
		lexer_fail(lexer, token, "unclosed action");
}

/* Skips a comment whose first mark is at `lexer->at`. */
static int comment_skip(struct lexer *lexer, struct token *token)
{
	const char *end = memmem(lexer->text + lexer->at + DELIMITER_SIZE,
				 lexer->size - lexer->at - DELIMITER_SIZE, "*/", 2);
	bool trim;

	token->from = lexer->at;
	if (!end) {
		lexer_fail(lexer, token, "unclosed comment");
		return -1;
	}
	lexer->at = (size_t)(end - lexer->text) + DELIMITER_SIZE;
	if (!closing_at(lexer, lexer->at)) {
		lexer_fail(lexer, token, "comment ends before closing delimiter");
		return -1;
	}
	trim = closing_trim_at(lexer, lexer->at);
	lexer->at += (trim ? TRIM_SIZE : 0) + DELIMITER_SIZE;
	while (trim && space_at(lexer, lexer->at))
		lexer->at++;
	return 0;
}

/* Text up to the next action; it is not made a token when nothing of it is left. */
static bool text_lex(struct lexer *lexer, struct token *token, bool *trim)
{
	const char *start = lexer->text + lexer->at;
	const char *open = memmem(start, lexer->size - lexer->at, "{{", DELIMITER_SIZE);

	token->type = TOKEN_TEXT;
	token->from = lexer->at;
	lexer->at = open ? (size_t)(open - lexer->text) : lexer->size;
	token->to = lexer->at;
	*trim = open && lexer_looking_at(lexer, lexer->at + DELIMITER_SIZE, "-") &&
		space_at(lexer, lexer->at + DELIMITER_SIZE + 1);
	while (*trim && token->to > token->from && space_at(lexer, token->to - 1))
		token->to--;
	return token->to > token->from;
}

static void outside_lex(struct lexer *lexer, struct token *token)
{
	bool trim;

	for (;;) {
		size_t open;

		if (text_lex(lexer, token, &trim))
			return;
		open = lexer->at;
		if (open == lexer->size) {
			token->type = TOKEN_END;
			return;
		}
		lexer->at += DELIMITER_SIZE + (trim ? TRIM_SIZE : 0);
		if (!lexer_looking_at(lexer, lexer->at, "/*")) {
			token->type = TOKEN_OPEN;
			token->from = open;
			token->to = open + DELIMITER_SIZE;
			lexer->inside = true;
			lexer->parens = 0;
			return;
		}
		if (comment_skip(lexer, token) < 0)
			return;
	}
}

void lexer_start(struct lexer *lexer, const char *text, size_t size)
{
	*lexer = (struct lexer){.text = text, .size = size};
}

void lexer_next(struct lexer *lexer, struct token *token)
{
	*token = (struct token){.from = lexer->at, .to = lexer->at};
	if (lexer->reason.size) {
		token->type = TOKEN_ERROR;
		return;
	}
	if (lexer->inside)
		inside_lex(lexer, token);
	else
		outside_lex(lexer, token);
}

void lexer_free(struct lexer *lexer)
{
	buf_free(&lexer->reason);
}
