/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the check for well-formed XML share. */
#ifndef PROVISION_TEMPLATE_MARKUP_H
#define PROVISION_TEMPLATE_MARKUP_H

#include "common/mem.h"
#include "provision/template/value.h"

/* A namespace prefix and what it stands for, as it is written. */
struct binding {
	struct span prefix, uri;
};

struct attribute {
	struct span name, value;
};

/* An open element. */
struct element {
	struct span name;
	size_t bindings; /* how many there were before it */
};

/* A document on its way through the check. */
struct markup {
	const char *text;
	size_t size;
	size_t at;
	const char *reason; /* NULL: nothing is wrong so far */
	size_t wrong_at;
	ARRAY(struct element) open;
	ARRAY(struct binding) bindings;
	ARRAY(struct attribute) attributes; /* of the tag at hand */
};

/* Sets the reason, unless there is one. Returns false. */
bool markup_fail(struct markup *markup, size_t at, const char *reason);

/* Whether the text goes on like this; taken, it is behind us. */
bool markup_looking_at(const struct markup *markup, const char *text);
bool markup_take(struct markup *markup, const char *text);
/* The same for a single character. */
static inline bool markup_is(const struct markup *markup, char c)
{
	return markup->at < markup->size && markup->text[markup->at] == c;
}

static inline bool markup_take_char(struct markup *markup, char c)
{
	bool is = markup_is(markup, c);

	markup->at += is;
	return is;
}

/* Takes white space; whether there was any. */
bool markup_take_space(struct markup *markup);
/* Takes a name, empty when there is none. */
struct span markup_take_name(struct markup *markup);

/* The tag that begins at "<" or "</", where we are: takes it and counts its element in or
 * out. False when it is wrong. */
bool markup_take_start(struct markup *markup);
bool markup_take_end(struct markup *markup);

/* Takes character data up to a byte that ends it: "<" or the quote of an attribute. */
bool markup_take_data(struct markup *markup, char end);

/* Resolves the namespaces of a tag, whose attributes may declare some. False when a
 * prefix is not declared or an attribute stands there twice. */
bool namespaces_enter(struct markup *markup, struct span name, size_t at);

bool span_equal(struct span a, struct span b);

#endif
