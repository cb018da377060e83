/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses XML without network access and entities, and reads it by XPath. */
#ifndef COMMON_XML_H
#define COMMON_XML_H

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/error.h"

/* Bytes of the largest document; libvirt's own messages are smaller. */
enum { XML_SIZE_MAX = 32 * 1024 * 1024 };

struct xml {
	xmlDocPtr document;
	xmlXPathContextPtr xpath;
};

DEFINE_CLEANUP(xmlXPathObjectPtr, xmlXPathFreeObject)
DEFINE_CLEANUP(xmlBufferPtr, xmlBufferFree)

/*
 * Parses `size` bytes. Document type declarations are refused, so there are no entities
 * other than XML's own five. On success the caller frees `xml`; on failure it stays
 * zeroed and the error is "line N: reason".
 */
int xml_parse(struct xml *xml, const char *text, size_t size, struct error *error);
void xml_free(struct xml *xml);

/* Registers a namespace prefix for the paths below. */
void xml_namespace(struct xml *xml, const char *prefix, const char *uri);

/*
 * The text of the first node that matches the XPath, relative to `from` (NULL: the
 * document). NULL if none matches. The caller owns it.
 */
char *xml_string(struct xml *xml, xmlNodePtr from, const char *path);

/* The same as a decimal number; -1 if no node matches or it is not a number. */
int xml_number(struct xml *xml, xmlNodePtr from, const char *path, uint64_t *number);

/* All nodes that match the XPath; its nodesetval may be NULL. The caller frees it. */
xmlXPathObjectPtr xml_nodes(struct xml *xml, xmlNodePtr from, const char *path);

/* The document as text; the caller owns it. */
char *xml_text(struct xml *xml);

/* for (each node of an xml_nodes() result) */
#define xml_foreach(node, nodes)                                                        \
	for (int at_##node = 0;                                                         \
	     (nodes) && (nodes)->nodesetval && at_##node < (nodes)->nodesetval->nodeNr; \
	     at_##node++)                                                               \
		for (xmlNodePtr node = (nodes)->nodesetval->nodeTab[at_##node]; node;   \
		     node = NULL)

#endif
