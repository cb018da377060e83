/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A disk of a domain, told by the path of its source. */
#define _GNU_SOURCE
#include <libxml/tree.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/xml.h"
#include "provision/domain_disk.h"

DEFINE_CLEANUP(xmlBufferPtr, xmlBufferFree)

/* The attribute that holds the path; NULL when no disk has it. */
static xmlNodePtr source_find(struct xml *xml, const char *path)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, NULL,
		"/domain/devices/disk/source/@file|/domain/devices/disk/source/@dev");

	xml_foreach(source, sources)
	{
		xmlChar *value = xmlNodeGetContent(source);
		bool same = value && !strcmp((char *)value, path);

		xmlFree(value);
		if (same)
			return source;
	}
	return NULL;
}

bool domain_disk_has(const char *domain_xml, size_t size, const char *path)
{
	CLEANUP(xml_free) struct xml xml = {0};

	return xml_parse(&xml, domain_xml, size, NULL) == 0 && source_find(&xml, path);
}

char *domain_disk_moved(const char *domain_xml, size_t size, const char *from,
			const char *to, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlBufferFree_ptr) xmlBufferPtr buffer = NULL;
	xmlNodePtr attribute, source;

	if (xml_parse(&xml, domain_xml, size, error) < 0)
		return NULL;
	attribute = source_find(&xml, from);
	if (!attribute) {
		error_set(error, "no disk of the domain is %s", from);
		return NULL;
	}
	source = attribute->parent;
	buffer = xmlBufferCreate();
	if (!buffer || !xmlSetProp(source, attribute->name, BAD_CAST to) ||
	    xmlNodeDump(buffer, xml.document, source->parent, 0, 0) < 0)
		mem_exhausted();
	return mem_string((const char *)xmlBufferContent(buffer));
}
