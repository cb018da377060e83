/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML that others wrote: parsed without network and entities, read by XPath. */
#ifndef COMMON_XML_H
#define COMMON_XML_H

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/error.h"

/* The largest document that is read, in bytes; libvirt's own messages are smaller. */
enum { XML_SIZE_MAX = 32 * 1024 * 1024 };

struct xml {
	xmlDocPtr document;
	xmlXPathContextPtr xpath;
};

DEFINE_CLEANUP(xmlXPathObjectPtr, xmlXPathFreeObject)

/*
 * Parses `size` bytes. Documents with a document type declaration, and so all entities
 * but the five of XML itself, are refused. On success the caller frees `xml`; on failure
 * it is left zeroed and the error is "line N: reason".
 */
int xml_parse(struct xml *xml, const char *text, size_t size, struct error *error);
void xml_free(struct xml *xml);

/* Makes a namespace prefix known to the paths below. */
void xml_namespace(struct xml *xml, const char *prefix, const char *uri);

/*
 * The text of the first node that the XPath gives, seen from `from` (NULL: the document).
 * NULL when there is none. The caller owns it.
 */
char *xml_string(struct xml *xml, xmlNodePtr from, const char *path);

/* The same as a decimal number; -1 when there is none or it is no number. */
int xml_number(struct xml *xml, xmlNodePtr from, const char *path, uint64_t *number);

/* All nodes of the XPath; its nodesetval may be NULL. The caller frees it. */
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
