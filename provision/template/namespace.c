/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The check for well-formed XML: namespaces (https://www.w3.org/TR/xml-names/). */
#define _GNU_SOURCE
#include <string.h>

#include "provision/template/markup.h"
#include "provision/template/xml.h"

static const char xml_uri[] = "http://www.w3.org/XML/1998/namespace";
static const char xmlns_uri[] = "http://www.w3.org/2000/xmlns/";

/* The parts of a name before and behind its colon; without one the prefix is empty. */
static bool name_split(struct span name, struct span *prefix, struct span *local)
{
	const char *colon = memchr(name.at, ':', name.size);
	size_t before = colon ? (size_t)(colon - name.at) : 0;

	*prefix = (struct span){name.at, before};
	*local = (struct span){name.at + before + !!colon, name.size - before - !!colon};
	if (!colon)
		return true;
	return before && local->size && xml_name_length(*local) == local->size &&
	       !memchr(local->at, ':', local->size);
}

/* What the prefix stands for; NULL when it is not declared. */
static const struct span *uri_find(const struct markup *markup, struct span prefix)
{
	static const struct span xml = {xml_uri, sizeof(xml_uri) - 1};

	for (size_t i = markup->bindings.count; i > 0; i--)
		if (span_equal(markup->bindings.items[i - 1].prefix, prefix))
			return &markup->bindings.items[i - 1].uri;
	return span_equal(prefix, SPAN("xml")) ? &xml : NULL;
}

/* xmlns="..." and xmlns:prefix="..." */
static bool declaration_take(struct markup *markup, const struct attribute *attribute,
			     size_t at)
{
	struct span prefix, local, none = {"", 0};
	bool is_xml, is_xml_uri = span_equal(attribute->value, SPAN(xml_uri));

	if (span_equal(attribute->name, SPAN("xmlns"))) {
		if (is_xml_uri || span_equal(attribute->value, SPAN(xmlns_uri)))
			return markup_fail(markup, at, "a reserved namespace");
		*array_add(&markup->bindings) = (struct binding){none, attribute->value};
		return true;
	}
	if (!name_split(attribute->name, &prefix, &local))
		return markup_fail(markup, at, "a name with colons in the wrong place");
	if (!span_equal(prefix, SPAN("xmlns")))
		return true;
	is_xml = span_equal(local, SPAN("xml"));
	if (!attribute->value.size)
		return markup_fail(markup, at, "a namespace prefix for nothing");
	if (span_equal(local, SPAN("xmlns")) || is_xml != is_xml_uri ||
	    span_equal(attribute->value, SPAN(xmlns_uri)))
		return markup_fail(markup, at, "a reserved namespace");
	*array_add(&markup->bindings) = (struct binding){local, attribute->value};
	return true;
}

static bool is_declaration(struct span name)
{
	return name.size >= 5 && !memcmp(name.at, "xmlns", 5) &&
	       (name.size == 5 || name.at[5] == ':');
}

/* Whether two attributes are the same, by name or by namespace and local name. */
static bool attributes_equal(const struct markup *markup, const struct attribute *a,
			     const struct attribute *b)
{
	struct span prefix_a, prefix_b, local_a, local_b;

	if (span_equal(a->name, b->name))
		return true;
	name_split(a->name, &prefix_a, &local_a);
	name_split(b->name, &prefix_b, &local_b);
	if (!prefix_a.size || !prefix_b.size || !span_equal(local_a, local_b) ||
	    is_declaration(a->name) || is_declaration(b->name))
		return false;
	return span_equal(*uri_find(markup, prefix_a), *uri_find(markup, prefix_b));
}

static bool name_resolve(struct markup *markup, struct span name, size_t at)
{
	struct span prefix, local;

	if (!name_split(name, &prefix, &local))
		return markup_fail(markup, at, "a name with colons in the wrong place");
	if (span_equal(prefix, SPAN("xmlns")))
		return markup_fail(markup, at, "a reserved namespace");
	return !prefix.size || uri_find(markup, prefix) ||
	       markup_fail(markup, at, "a namespace prefix that is not declared");
}

bool namespaces_enter(struct markup *markup, struct span name, size_t at)
{
	array_foreach(attribute, &markup->attributes) {
		if (!declaration_take(markup, attribute, at))
			return false;
	}
	if (!name_resolve(markup, name, at))
		return false;
	array_foreach(attribute, &markup->attributes) {
		if (!is_declaration(attribute->name) &&
		    !name_resolve(markup, attribute->name, at))
			return false;
	}
	array_foreach(attribute, &markup->attributes) {
		for (const struct attribute *other = markup->attributes.items;
		     other < attribute; other++)
			if (attributes_equal(markup, attribute, other))
				return markup_fail(markup, at,
						   "an attribute stands "
						   "there twice");
	}
	return true;
}
