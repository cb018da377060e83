/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits template text into tokens. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "provision/template/lex.h"
#include "provision/template/unicode.h"

enum {
	DELIMITER_SIZE = 2, /* {{ }} and the comment marks */
	TRIM_SIZE = 2,	    /* the minus sign and its space */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether the text at an offset begins with this; false for an offset after the end. */
static bool lexer_looking_at(const struct lexer *lexer, size_t at, const char *text)
{
	size_t size = strlen(text);

	return at <= lexer->size && lexer->size - at >= size &&
	       !memcmp(lexer->text + at, text, size);
}

static bool space_at(const struct lexer *lexer, size_t at)
{
	return at < lexer->size && is_space(lexer->text[at]);
}

/* Whether " -}}" is there: a closing delimiter with a trim marker. */
static bool closing_trim_at(const struct lexer *lexer, size_t at)
{
	return space_at(lexer, at) && lexer_looking_at(lexer, at + 1, "-}}");
}

static bool closing_at(const struct lexer *lexer, size_t at)
{
	return lexer_looking_at(lexer, at, "}}") || closing_trim_at(lexer, at);
}

/* Turns the token, which ends here, into an error. */
static void lexer_fail(struct lexer *lexer, struct token *token, const char *reason)
{
	token->type = TOKEN_ERROR;
	token->to = lexer->at;
	buf_clear(&lexer->reason);
	buf_add_string(&lexer->reason, reason);
}

enum { POINT_END = UNICODE_MAX + 1 };

static bool is_alphanumeric(uint32_t point)
{
	return point == '_' || unicode_is_letter(point) || unicode_is_digit(point);
}

/* The code point at `lexer->at` and its length; POINT_END at the end of the text. */
static uint32_t point_peek(const struct lexer *lexer, size_t *length)
{
	*length = 0;
	if (lexer->at >= lexer->size)
		return POINT_END;
	return unicode_decode(lexer->text + lexer->at, lexer->size - lexer->at, length);
}

/* "reason U+002A '*'" */
static void token_fail_point(struct lexer *lexer, struct token *token, const char *reason,
			     uint32_t point)
{
	lexer_fail(lexer, token, "");
	buf_format(&lexer->reason, "%s U+%04X", reason, point);
	if (unicode_is_print(point)) {
		char text[UNICODE_ENCODED_MAX];

		buf_add_string(&lexer->reason, " '");
		buf_add(&lexer->reason, text, unicode_encode(point, text));
		buf_add_char(&lexer->reason, '\'');
	}
}

/* Whether the next character may follow a name without a space. */
static bool at_terminator(const struct lexer *lexer)
{
	return lexer->at >= lexer->size || memchr(" \t\r\n", lexer->text[lexer->at], 4) ||
	       memchr(".,|:)(", lexer->text[lexer->at], 6) ||
	       lexer_looking_at(lexer, lexer->at, "}}");
}

static void name_skip(struct lexer *lexer)
{
	size_t length;

	while (is_alphanumeric(point_peek(lexer, &length)))
		lexer->at += length;
}

/* Reads the rest of a name that begins at `token->from`. */
static void name_lex(struct lexer *lexer, struct token *token, enum token_type type)
{
	size_t length;

	name_skip(lexer);
	token->type = type;
	if (!at_terminator(lexer))
		token_fail_point(lexer, token, "bad character",
				 point_peek(lexer, &length));
}

static void identifier_lex(struct lexer *lexer, struct token *token)
{
	static const struct {
		const char *word;
		enum token_type type;
	} keywords[] = {
		{"true", TOKEN_BOOL},	    {"false", TOKEN_BOOL},
		{"nil", TOKEN_NIL},	    {"block", TOKEN_BLOCK},
		{"break", TOKEN_BREAK},	    {"continue", TOKEN_CONTINUE},
		{"define", TOKEN_DEFINE},   {"else", TOKEN_ELSE},
		{"end", TOKEN_END_KEYWORD}, {"if", TOKEN_IF},
		{"range", TOKEN_RANGE},	    {"template", TOKEN_TEMPLATE},
		{"with", TOKEN_WITH},
	};

	name_lex(lexer, token, TOKEN_IDENTIFIER);
	if (token->type == TOKEN_ERROR)
		return;
	for (size_t i = 0; i < ARRAY_LENGTH(keywords); i++)
		if (strlen(keywords[i].word) == lexer->at - token->from &&
		    lexer_looking_at(lexer, token->from, keywords[i].word))
			token->type = keywords[i].type;
}

static bool accept(struct lexer *lexer, const char *characters)
{
	if (lexer->at >= lexer->size || !lexer->text[lexer->at] ||
	    !strchr(characters, lexer->text[lexer->at]))
		return false;
	lexer->at++;
	return true;
}

static void accept_run(struct lexer *lexer, const char *characters)
{
	while (accept(lexer, characters))
		;
}

/* Skips what may be a number; the parser checks that it is one. */
static bool number_skip(struct lexer *lexer)
{
	const char *digits = "0123456789_", *exponent = "eE";
	size_t length;

	accept(lexer, "+-");
	if (accept(lexer, "0")) {
		if (accept(lexer, "xX"))
			digits = "0123456789abcdefABCDEF_", exponent = "pP";
		else if (accept(lexer, "oO"))
			digits = "01234567_", exponent = "";
		else if (accept(lexer, "bB"))
			digits = "01_", exponent = "";
	}
	accept_run(lexer, digits);
	if (accept(lexer, "."))
		accept_run(lexer, digits);
	if (accept(lexer, exponent)) {
		accept(lexer, "+-");
		accept_run(lexer, "0123456789_");
	}
	if (!is_alphanumeric(point_peek(lexer, &length)))
		return true;
	lexer->at += length;
	return false;
}

static void number_fail(struct lexer *lexer, struct token *token)
{
	lexer_fail(lexer, token, "bad number syntax: ");
	buf_add_char(&lexer->reason, '"');
	buf_add(&lexer->reason, lexer->text + token->from, lexer->at - token->from);
	buf_add_char(&lexer->reason, '"');
}

static void number_lex(struct lexer *lexer, struct token *token)
{
	token->type = TOKEN_NUMBER;
	if (!number_skip(lexer)) {
		number_fail(lexer, token);
		return;
	}
	/* "1+2" would be the beginning of a complex number, which are not supported. */
	if (lexer_looking_at(lexer, lexer->at, "+") ||
	    lexer_looking_at(lexer, lexer->at, "-")) {
		number_skip(lexer);
		number_fail(lexer, token);
	}
}

/* Reads a literal that ends on its line; the opening quote has been read. */
static void quoted_lex(struct lexer *lexer, struct token *token, char quote)
{
	token->type = quote == '"' ? TOKEN_STRING : TOKEN_POINT;
	for (; lexer->at < lexer->size; lexer->at++) {
		char c = lexer->text[lexer->at];

		if (c == '\\' && lexer->at + 1 < lexer->size)
			c = lexer->text[++lexer->at] == '\n' ? '\n' : ' ';
		if (c == '\n')
			break;
		if (c == quote) {
			lexer->at++;
			return;
		}
	}
	lexer_fail(lexer, token,
		   quote == '"' ? "unterminated quoted string"
				: "unterminated character constant");
}

static void raw_lex(struct lexer *lexer, struct token *token)
{
	const char *end = memchr(lexer->text + lexer->at, '`', lexer->size - lexer->at);

	token->type = TOKEN_STRING;
	if (end)
		lexer->at = (size_t)(end - lexer->text) + 1;
	else
		lexer_fail(lexer, token, "unterminated raw quoted string");
}

static void dot_lex(struct lexer *lexer, struct token *token)
{
	if (lexer->at < lexer->size && lexer->text[lexer->at] >= '0' &&
	    lexer->text[lexer->at] <= '9') {
		lexer->at--;
		number_lex(lexer, token);
	} else if (at_terminator(lexer)) {
		token->type = TOKEN_DOT;
	} else {
		name_lex(lexer, token, TOKEN_FIELD);
	}
}

static void paren_lex(struct lexer *lexer, struct token *token, char c)
{
	token->type = c == '(' ? TOKEN_PAREN_OPEN : TOKEN_PAREN_CLOSE;
	if (c == '(')
		lexer->parens++;
	else if (lexer->parens)
		lexer->parens--;
}

static void other_lex(struct lexer *lexer, struct token *token, uint32_t point)
{
	if (is_alphanumeric(point))
		identifier_lex(lexer, token);
	else if (point < 0x80 && unicode_is_print(point))
		token->type = TOKEN_CHARACTER;
	else
		token_fail_point(lexer, token,
				 "unrecognized character in action:", point);
}

/* Reads a token that begins with `point`, which has been read. */
static void begun_lex(struct lexer *lexer, struct token *token, uint32_t point)
{
	switch (point) {
	case '=':
		token->type = TOKEN_ASSIGN;
		break;
	case ':':
		token->type = TOKEN_DECLARE;
		if (!accept(lexer, "="))
			lexer_fail(lexer, token, "expected :=");
		break;
	case '|':
		token->type = TOKEN_PIPE;
		break;
	case '"':
	case '\'':
		quoted_lex(lexer, token, (char)point);
		break;
	case '`':
		raw_lex(lexer, token);
		break;
	case '$':
		name_lex(lexer, token, TOKEN_VARIABLE);
		break;
	case '.':
		dot_lex(lexer, token);
		break;
	case '(':
	case ')':
		paren_lex(lexer, token, (char)point);
		break;
	case '+':
	case '-':
	case '0' ... '9':
		lexer->at--;
		number_lex(lexer, token);
		break;
	default:
		other_lex(lexer, token, point);
	}
}

static void lexer_token(struct lexer *lexer, struct token *token)
{
	size_t length;
	uint32_t point = point_peek(lexer, &length);

	lexer->at += length;
	begun_lex(lexer, token, point);
	token->to = lexer->at;
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

/* Reads text up to the next action. False when trimming leaves nothing of it. */
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
