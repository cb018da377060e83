/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses XML without network access and entities, and reads it by XPath. */
#define _GNU_SOURCE
#include <libxml/xpathInternals.h>
#include <string.h>

#include "common/mem.h"
#include "common/num.h"
#include "common/xml.h"

DEFINE_CLEANUP(xmlParserCtxtPtr, xmlFreeParserCtxt)

static int parser_error(struct error *error, xmlParserCtxtPtr parser)
{
	const xmlError *last = xmlCtxtGetLastError(parser);
	const char *reason = last && last->message ? last->message : "not XML";
	size_t length = strcspn(reason, "\n");

	return error_set(error, "line %d: %.*s", last ? last->line : 0, (int)length,
			 reason);
}

int xml_parse(struct xml *xml, const char *text, size_t size, struct error *error)
{
	CLEANUP(xmlFreeParserCtxt_ptr) xmlParserCtxtPtr parser = xmlNewParserCtxt();
	int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		      XML_PARSE_NOCDATA;
	xmlDocPtr document;

	if (!parser)
		mem_exhausted();
	if (size > XML_SIZE_MAX)
		return error_set(error, "larger than %d bytes", XML_SIZE_MAX);
	document = xmlCtxtReadMemory(parser, text, (int)size, NULL, NULL, options);
	if (!document)
		return parser_error(error, parser);
	if (document->intSubset || document->extSubset) {
		xmlFreeDoc(document);
		return error_set(error, "line 1: document type declarations are refused");
	}
	xml->document = document;
	xml->xpath = xmlXPathNewContext(document);
	if (!xml->xpath)
		mem_exhausted();
	return 0;
}

void xml_free(struct xml *xml)
{
	if (!xml)
		return;
	xmlXPathFreeContext(xml->xpath);
	xmlFreeDoc(xml->document);
	*xml = (struct xml){0};
}

void xml_namespace(struct xml *xml, const char *prefix, const char *uri)
{
	if (xmlXPathRegisterNs(xml->xpath, BAD_CAST prefix, BAD_CAST uri) < 0)
		mem_exhausted();
}

xmlXPathObjectPtr xml_nodes(struct xml *xml, xmlNodePtr from, const char *path)
{
	xml->xpath->node = from ? from : (xmlNodePtr)xml->document;
	return xmlXPathEval(BAD_CAST path, xml->xpath);
}

char *xml_string(struct xml *xml, xmlNodePtr from, const char *path)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(xml, from, path);
	xmlChar *content;
	char *text;

	if (!nodes || !nodes->nodesetval || nodes->nodesetval->nodeNr == 0)
		return NULL;
	content = xmlNodeGetContent(nodes->nodesetval->nodeTab[0]);
	text = mem_string(content ? (const char *)content : "");
	xmlFree(content);
	return text;
}

int xml_number(struct xml *xml, xmlNodePtr from, const char *path, uint64_t *number)
{
	CLEANUP(free_ptr) char *text = xml_string(xml, from, path);

	return text ? num_parse(text, 0, UINT64_MAX, number, NULL) : -1;
}

char *xml_text(struct xml *xml)
{
	xmlChar *out = NULL;
	char *text;
	int size;

	xmlDocDumpMemory(xml->document, &out, &size);
	if (!out)
		mem_exhausted();
	text = mem_substring((char *)out, (size_t)size);
	xmlFree(out);
	return text;
}
