/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The check for well-formed XML: tags, attributes, character data. */
#define _GNU_SOURCE
#include <string.h>

#include "provision/template/markup.h"
#include "provision/template/unicode.h"
#include "provision/template/wellformed.h"
#include "provision/template/xml.h"

static int digit_value(char c, unsigned int base)
{
	unsigned int digit = c >= '0' && c <= '9' ? (unsigned int)(c - '0')
			     : (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
				     ? (unsigned int)((c | 0x20) - 'a') + 10
				     : 16;

	return digit < base ? (int)digit : -1;
}

/* What stands between "&#" and ";". */
static bool take_point(struct markup *markup)
{
	size_t start = markup->at;
	unsigned int base = markup_take_char(markup, 'x') ? 16 : 10;
	uint32_t point = 0;
	size_t digits = 0;

	for (; markup->at < markup->size; markup->at++, digits++) {
		int digit = digit_value(markup->text[markup->at], base);

		if (digit < 0)
			break;
		point = point * base + (uint32_t)digit;
		if (point > UNICODE_MAX)
			break;
	}
	if (!digits || !markup_take_char(markup, ';') || !xml_is_char(point))
		return markup_fail(markup, start, "not a character reference");
	return true;
}

/* A reference, at its "&". */
static bool take_reference(struct markup *markup)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;",
					       "&apos;"};

	if (markup_take(markup, "&#"))
		return take_point(markup);
	for (size_t i = 0; i < ARRAY_LENGTH(entities); i++)
		if (markup_take(markup, entities[i]))
			return true;
	return markup_fail(markup, markup->at, "\"&\" that is no reference");
}

/* Takes a character that is not plain ASCII. */
static bool take_character(struct markup *markup)
{
	size_t length, left = markup->size - markup->at;
	uint32_t point = unicode_decode(markup->text + markup->at, left, &length);

	if (!xml_is_char(point) || (point == UNICODE_REPLACEMENT && length == 1))
		return markup_fail(markup, markup->at, "not a character of XML");
	markup->at += length;
	return true;
}

bool markup_take_data(struct markup *markup, char end)
{
	while (markup->at < markup->size) {
		uint8_t byte = (uint8_t)markup->text[markup->at];

		if (byte == (uint8_t)end)
			return true;
		if (byte == '\n' || (byte >= ' ' && byte < 0x80 && byte != '<' &&
				     byte != '&' && byte != ']')) {
			markup->at++;
			continue;
		}
		if (byte == '<')
			return markup_fail(markup, markup->at, "\"<\" in an attribute");
		if (byte == '&') {
			if (!take_reference(markup))
				return false;
		} else if (byte >= 0x80 || byte < ' ') {
			if (!take_character(markup))
				return false;
		} else if (byte == ']' && end == '<' &&
			   markup_looking_at(markup, "]]>")) {
			return markup_fail(markup, markup->at, "\"]]>\" in text");
		} else {
			markup->at++;
		}
	}
	/* Text may end with the document; that an element is open is seen there. */
	return end == '<' || markup_fail(markup, markup->at, "an attribute does not end");
}

/* name="value", which may have more of them behind. */
static bool take_attribute(struct markup *markup)
{
	struct attribute attribute = {.name = markup_take_name(markup)};
	char quote;

	if (!attribute.name.size)
		return markup_fail(markup, markup->at, "not a tag");
	markup_take_space(markup);
	if (!markup_take_char(markup, '='))
		return markup_fail(markup, markup->at, "an attribute has no value");
	markup_take_space(markup);
	quote = markup_is(markup, '\'') ? '\'' : '"';
	if (!markup_take_char(markup, quote))
		return markup_fail(markup, markup->at, "an attribute has no value");
	attribute.value.at = markup->text + markup->at;
	if (!markup_take_data(markup, quote))
		return false;
	attribute.value.size = (size_t)(markup->text + markup->at - attribute.value.at);
	markup->at++;
	if (markup->attributes.count == WELLFORMED_ATTRIBUTES_MAX)
		return markup_fail(markup, markup->at, "too many attributes");
	*array_add(&markup->attributes) = attribute;
	return true;
}

bool markup_take_start(struct markup *markup)
{
	struct element element = {.bindings = markup->bindings.count};
	size_t start = markup->at++;
	bool is_empty;

	element.name = markup_take_name(markup);
	if (!element.name.size)
		return markup_fail(markup, start, "not a tag");
	markup->attributes.count = 0;
	while (markup_take_space(markup) && !markup_is(markup, '>') &&
	       !markup_is(markup, '/'))
		if (!take_attribute(markup))
			return false;
	is_empty = markup_take_char(markup, '/');
	if (!markup_take_char(markup, '>'))
		return markup_fail(markup, markup->at, "not a tag");
	if (!namespaces_enter(markup, element.name, start))
		return false;
	if (markup->open.count == WELLFORMED_DEPTH_MAX)
		return markup_fail(markup, start, "elements nested too deeply");
	if (is_empty)
		markup->bindings.count = element.bindings;
	else
		*array_add(&markup->open) = element;
	return true;
}

bool markup_take_end(struct markup *markup)
{
	size_t start = markup->at;
	struct element element;
	struct span name;

	markup->at += 2;
	name = markup_take_name(markup);
	markup_take_space(markup);
	if (!name.size || !markup_take_char(markup, '>'))
		return markup_fail(markup, start, "not a tag");
	if (!markup->open.count)
		return markup_fail(markup, start, "the end of no element");
	element = markup->open.items[--markup->open.count];
	markup->bindings.count = element.bindings;
	return span_equal(name, element.name) ||
	       markup_fail(markup, start, "the end of another element");
}
