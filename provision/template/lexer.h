/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the lexer share. */
#ifndef PROVISION_TEMPLATE_LEXER_H
#define PROVISION_TEMPLATE_LEXER_H

#include "provision/template/lex.h"

/* Whether the text at an offset begins like this; an offset behind its end is no error.
 */
bool lexer_looking_at(const struct lexer *lexer, size_t at, const char *text);

/* Makes the token, which ends here, an error. */
void lexer_fail(struct lexer *lexer, struct token *token, const char *reason);

/* Reads a token of an action, other than its end: from lexer->at, which is not the end of
 * the text. Sets its type. */
void lexer_token(struct lexer *lexer, struct token *token);

#endif
