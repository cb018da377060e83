/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether text is an XML document. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provision/template/markup.h"
#include "provision/template/wellformed.h"
#include "provision/template/xml.h"

enum { LINE_SHOWN_MAX = 120 };

bool span_equal(struct span a, struct span b)
{
	return a.size == b.size && (!a.size || !memcmp(a.at, b.at, a.size));
}

bool markup_fail(struct markup *markup, size_t at, const char *reason)
{
	if (!markup->reason) {
		markup->reason = reason;
		markup->wrong_at = at;
	}
	return false;
}

bool markup_looking_at(const struct markup *markup, const char *text)
{
	size_t size = strlen(text);

	return markup->size - markup->at >= size &&
	       !memcmp(markup->text + markup->at, text, size);
}

bool markup_take(struct markup *markup, const char *text)
{
	if (!markup_looking_at(markup, text))
		return false;
	markup->at += strlen(text);
	return true;
}

bool markup_take_space(struct markup *markup)
{
	size_t start = markup->at;

	while (markup->at < markup->size) {
		char c = markup->text[markup->at];

		if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
			break;
		markup->at++;
	}
	return markup->at > start;
}

struct span markup_take_name(struct markup *markup)
{
	struct span name = {markup->text + markup->at, markup->size - markup->at};

	name.size = xml_name_length(name);
	markup->at += name.size;
	return name;
}

/* The text up to `end`, which is taken as well. */
static bool take_until(struct markup *markup, const char *end, struct span *text)
{
	const char *start = markup->text + markup->at;
	const char *found = memmem(start, markup->size - markup->at, end, strlen(end));
	uint32_t point;
	size_t bad;

	if (!found)
		return markup_fail(markup, markup->at, "it does not end");
	*text = (struct span){start, (size_t)(found - start)};
	bad = xml_find_bad(*text, &point);
	if (bad < text->size)
		return markup_fail(markup, markup->at + bad, "not a character of XML");
	markup->at += text->size + strlen(end);
	return true;
}

static bool take_comment(struct markup *markup)
{
	size_t start = markup->at;
	struct span text;

	markup->at += 4;
	if (!take_until(markup, "--", &text))
		return false;
	if (!markup_take_char(markup, '>'))
		return markup_fail(markup, start, "\"--\" in a comment");
	return true;
}

static bool take_instruction(struct markup *markup)
{
	size_t start = markup->at;
	struct span name, text;

	markup->at += 2;
	name = markup_take_name(markup);
	if (!name.size || memchr(name.at, ':', name.size))
		return markup_fail(markup, start, "a processing instruction has no name");
	if (name.size == 3 && !strncasecmp(name.at, "xml", 3))
		return markup_fail(markup, start,
				   "the XML declaration stands at the beginning");
	if (markup_take(markup, "?>"))
		return true;
	if (!markup_take_space(markup))
		return markup_fail(markup, markup->at, "white space is missing");
	return take_until(markup, "?>", &text);
}

/* name="value" of the XML declaration; false without failing when it is not there. */
static bool take_pseudo_attribute(struct markup *markup, const char *name,
				  struct span *value)
{
	size_t start = markup->at;
	const char *quote;

	if (markup_take_space(markup) && markup_take(markup, name)) {
		markup_take_space(markup);
		if (markup_take_char(markup, '=')) {
			markup_take_space(markup);
			quote = markup_is(markup, '\'') ? "'" : "\"";
			if (markup_take(markup, quote))
				return take_until(markup, quote, value);
		}
	}
	markup->at = start;
	return false;
}

static bool is_version(struct span text)
{
	if (text.size < 3 || memcmp(text.at, "1.", 2))
		return false;
	for (size_t i = 2; i < text.size; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return true;
}

static bool take_xml_declaration(struct markup *markup)
{
	struct span version, encoding, standalone;

	if (!markup_looking_at(markup, "<?xml ") &&
	    !markup_looking_at(markup, "<?xml\t") &&
	    !markup_looking_at(markup, "<?xml\r") &&
	    !markup_looking_at(markup, "<?xml\n"))
		return true;
	markup->at += 5;
	if (!take_pseudo_attribute(markup, "version", &version) || !is_version(version))
		return markup_fail(markup, markup->at, "not an XML declaration");
	if (take_pseudo_attribute(markup, "encoding", &encoding) &&
	    !(encoding.size == 5 && !strncasecmp(encoding.at, "UTF-8", 5)))
		return markup_fail(markup, markup->at, "the encoding is not UTF-8");
	if (take_pseudo_attribute(markup, "standalone", &standalone) &&
	    !span_equal(standalone, SPAN("yes")) && !span_equal(standalone, SPAN("no")))
		return markup_fail(markup, markup->at, "not an XML declaration");
	markup_take_space(markup);
	if (!markup_take(markup, "?>"))
		return markup_fail(markup, markup->at, "not an XML declaration");
	return true;
}

static bool take_cdata(struct markup *markup)
{
	struct span text;

	if (!markup->open.count)
		return markup_fail(markup, markup->at, "text outside of an element");
	markup->at += strlen("<![CDATA[");
	return take_until(markup, "]]>", &text);
}

/* What begins with "<". */
static bool take_markup(struct markup *markup)
{
	char next = markup->at + 1 < markup->size ? markup->text[markup->at + 1] : '\0';

	if (next == '/')
		return markup_take_end(markup);
	if (next != '!' && next != '?')
		return markup_take_start(markup);
	if (markup_looking_at(markup, "<!--"))
		return take_comment(markup);
	if (next == '?')
		return take_instruction(markup);
	if (markup_looking_at(markup, "<![CDATA["))
		return take_cdata(markup);
	if (markup_looking_at(markup, "<!DOCTYPE"))
		return markup_fail(markup, markup->at,
				   "document type declarations are refused");
	return markup_fail(markup, markup->at, "not a tag");
}

static bool document_take(struct markup *markup)
{
	bool has_root = false;

	markup_take(markup, "\xef\xbb\xbf");
	if (!take_xml_declaration(markup))
		return false;
	while (markup->at < markup->size) {
		size_t depth = markup->open.count, start = markup->at;

		if (!depth && markup_take_space(markup))
			continue;
		if (!markup_is(markup, '<')) {
			if (!depth)
				return markup_fail(markup, markup->at,
						   "text outside of an element");
			if (!markup_take_data(markup, '<'))
				return false;
			continue;
		}
		if (!take_markup(markup))
			return false;
		if (depth || !(markup->open.count || markup->text[markup->at - 2] == '/'))
			continue;
		/* An element began here, and perhaps ended: "<a/>". */
		if (markup->text[start + 1] == '!' || markup->text[start + 1] == '?')
			continue;
		if (has_root)
			return markup_fail(markup, start, "a second element");
		has_root = true;
	}
	if (markup->open.count)
		return markup_fail(markup, markup->at, "an element does not end");
	return has_root || markup_fail(markup, markup->at, "no element");
}

/* "line N, column N: reason: the line" */
static int failure(const struct markup *markup, struct error *error)
{
	const char *wrong = markup->text + markup->wrong_at;
	const char *start = markup->text, *end = markup->text + markup->size, *newline;
	size_t line = 1;

	while ((newline = memchr(start, '\n', (size_t)(wrong - start)))) {
		start = newline + 1;
		line++;
	}
	newline = memchr(wrong, '\n', (size_t)(end - wrong));
	end = newline ? newline : end;
	return error_set(error, "line %zu, column %zu: %s: %.*s", line,
			 (size_t)(wrong - start) + 1, markup->reason,
			 end - start > LINE_SHOWN_MAX ? LINE_SHOWN_MAX
						      : (int)(end - start),
			 start);
}

int wellformed_check(const char *text, size_t size, struct error *error)
{
	struct markup markup = {.text = text, .size = size};
	int result = document_take(&markup) ? 0 : failure(&markup, error);

	free(markup.open.items);
	free(markup.bindings.items);
	free(markup.attributes.items);
	return result;
}
