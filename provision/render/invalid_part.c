/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of a document that makes it invalid. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/xml.h"
#include "provision/render/invalid_part.h"

/* Of which each takes a validation of the whole document, about a millisecond. */
enum { TRIES_MAX = 500, TEXT_SHOWN_MAX = 60 };

struct search {
	struct xml xml;
	const char *text; /* of the document */
	bool (*is_valid)(const void *data, const char *xml);
	const void *data;
	size_t tries;
};

static bool is_valid_without(struct search *search, const char *path)
{
	CLEANUP(xml_free) struct xml copy = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr nodes = NULL;
	CLEANUP(free_ptr) char *rest = NULL;
	xmlNodePtr node;

	if (search->tries++ >= TRIES_MAX ||
	    xml_parse(&copy, search->text, strlen(search->text), NULL) < 0)
		return false;
	nodes = xml_nodes(&copy, NULL, path);
	if (!nodes || !nodes->nodesetval || !nodes->nodesetval->nodeNr)
		return false;
	node = nodes->nodesetval->nodeTab[0];
	nodes->nodesetval->nodeTab[0] = NULL;
	xmlUnlinkNode(node);
	if (node->type == XML_ATTRIBUTE_NODE)
		xmlFreeProp((xmlAttrPtr)node);
	else
		xmlFreeNode(node);
	rest = xml_text(&copy);
	return search->is_valid(search->data, rest);
}

/* The first of the nodes of that path without which the document is valid; NULL: none.
 * The caller owns it. */
static char *culprit_find(struct search *search, const char *paths)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(&search->xml, NULL, paths);

	xml_foreach(node, nodes)
	{
		xmlChar *place = xmlGetNodePath(node);
		char *path = place ? mem_string((const char *)place) : NULL;

		xmlFree(place);
		if (path && is_valid_without(search, path))
			return path;
		free(path);
	}
	return NULL;
}

/* Its path with its value, if that is short and has no elements. */
static char *part_describe(struct search *search, const char *path)
{
	CLEANUP(free_ptr) char *value = xml_string(&search->xml, NULL, path);
	CLEANUP(free_ptr) char *inner = mem_format("%s/*", path);
	CLEANUP(free_ptr) char *element = xml_string(&search->xml, NULL, inner);

	if (element || !value || !*value || strlen(value) > TEXT_SHOWN_MAX)
		return mem_string(path);
	return mem_format("%s is \"%s\"", path, value);
}

/* The attributes and elements below what is at `path`. */
static char *part_find(struct search *search, const char *path)
{
	CLEANUP(free_ptr)
	char *attributes = mem_format("%s/descendant-or-self::*/@*", path);
	CLEANUP(free_ptr) char *elements = mem_format("%s/descendant::*", path);
	CLEANUP(free_ptr) char *found = culprit_find(search, attributes);

	if (!found)
		found = culprit_find(search, elements);
	return part_describe(search, found ? found : path);
}

char *invalid_part(const char *xml, bool (*is_valid)(const void *data, const char *xml),
		   const void *data)
{
	struct search search = {.text = xml, .is_valid = is_valid, .data = data};
	CLEANUP(free_ptr) char *path = NULL, *next = NULL;
	char *part = NULL;

	if (xml_parse(&search.xml, xml, strlen(xml), NULL) < 0)
		return NULL;
	next = culprit_find(&search, "/*/*");
	while (next) {
		CLEANUP(free_ptr) char *inner = mem_format("%s/*", next);

		free(path);
		path = TAKE(next);
		next = culprit_find(&search, inner);
	}
	if (path)
		part = part_find(&search, path);
	xml_free(&search.xml);
	return part;
}
