/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens: what they are, where they stand, which have space in front. */
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/lex.h"
#include "tests/unit/tap.h"

static const char *const names[] = {
	[TOKEN_ERROR] = "error",
	[TOKEN_END] = "end",
	[TOKEN_TEXT] = "text",
	[TOKEN_OPEN] = "open",
	[TOKEN_CLOSE] = "close",
	[TOKEN_PAREN_OPEN] = "(",
	[TOKEN_PAREN_CLOSE] = ")",
	[TOKEN_PIPE] = "pipe",
	[TOKEN_ASSIGN] = "assign",
	[TOKEN_DECLARE] = "declare",
	[TOKEN_CHARACTER] = "character",
	[TOKEN_FIELD] = "field",
	[TOKEN_VARIABLE] = "variable",
	[TOKEN_IDENTIFIER] = "identifier",
	[TOKEN_BOOL] = "bool",
	[TOKEN_NUMBER] = "number",
	[TOKEN_POINT] = "point",
	[TOKEN_STRING] = "string",
	[TOKEN_DOT] = "dot",
	[TOKEN_NIL] = "nil",
	[TOKEN_BLOCK] = "block",
	[TOKEN_BREAK] = "break",
	[TOKEN_CONTINUE] = "continue",
	[TOKEN_DEFINE] = "define",
	[TOKEN_ELSE] = "else",
	[TOKEN_END_KEYWORD] = "end-keyword",
	[TOKEN_IF] = "if",
	[TOKEN_RANGE] = "range",
	[TOKEN_TEMPLATE] = "template",
	[TOKEN_WITH] = "with",
};

/* "type:text" of each token, those with space in front with "_" before. */
static void tokens(const char *text, const char *expected)
{
	CLEANUP(buf_free) struct buf got = {0};
	CLEANUP(lexer_free) struct lexer lexer = {0};
	struct token token;

	lexer_start(&lexer, text, strlen(text));
	do {
		lexer_next(&lexer, &token);
		buf_format(&got, "%s%s%s:%.*s", got.size ? " " : "",
			   token.spaced ? "_" : "", names[token.type],
			   (int)(token.to - token.from), text + token.from);
	} while (token.type != TOKEN_END && token.type != TOKEN_ERROR);
	if (token.type == TOKEN_ERROR)
		buf_format(&got, " (%s)", buf_text(&lexer.reason));
	tap_string(buf_text(&got), expected, "%s", expected);
}

int main(void)
{
	tokens("", "end:");
	tokens("a{{.B}}c", "text:a open:{{ field:.B close:}} text:c end:");
	tokens("a {{- .B -}} c", "text:a open:{{ field:.B close:}} text:c end:");
	tokens("a {{-/* c */}}", "text:a  open:{{ number:- character:/ character:* "
				 "_identifier:c _character:* character:/ close:}} end:");
	tokens("a {{/* {{ */ -}} b", "text:a  text:b end:");
	tokens("{{$x, $ := (f 1.5 -0x1F 'a' \"s\\\"\" `r`).A.B|g}}",
	       "open:{{ variable:$x character:, _variable:$ _declare::= _(:( identifier:f "
	       "_number:1.5 _number:-0x1F _point:'a' _string:\"s\\\"\" _string:`r` ):) "
	       "field:.A field:.B pipe:| identifier:g close:}} end:");
	tokens("{{if true}}{{else}}{{end}}{{. }}{{nil 1+2}}",
	       "open:{{ if:if _bool:true close:}} open:{{ else:else close:}} open:{{ "
	       "end-keyword:end close:}} open:{{ dot:. _close:}} open:{{ nil:nil "
	       "_error:1+2 (bad number syntax: \"1+2\")");
	tokens("{{range}}{{with}}{{define}}{{block}}{{template}}{{break}}{{continue}}",
	       "open:{{ range:range close:}} open:{{ with:with close:}} open:{{ "
	       "define:define close:}} open:{{ block:block close:}} open:{{ "
	       "template:template close:}} open:{{ break:break close:}} open:{{ "
	       "continue:continue close:}} end:");
	tokens("{{.A", "open:{{ field:.A error: (unclosed action)");
	tokens("{{(.A}}", "open:{{ (:( field:.A error: (unclosed left paren)");
	tokens("{{\"a", "open:{{ error:\"a (unterminated quoted string)");
	tokens("{{/* a", "error: (unclosed comment)");
	tokens("{{$x=1}}", "open:{{ error:$x (bad character U+003D '=')");
	return tap_done();
}
