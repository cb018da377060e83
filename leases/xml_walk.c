/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads XML without building a tree, by expat. */
#define _GNU_SOURCE
#include <expat.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/xml_walk.h"

DEFINE_CLEANUP(XML_Parser, XML_ParserFree)

/* The newest expat counts lines in 64 bits and deprecates the older function. */
#ifdef XML_ATTR_DEPRECATED
#	define LINE_NUMBER(parser) XML_GetCurrentLineNumber64(parser)
#else
#	define LINE_NUMBER(parser) XML_GetCurrentLineNumber(parser)
#endif

struct walk {
	XML_Parser parser;
	void (*element)(void *data, const char *path, const char *const *attributes);
	void *data;
	char path[XML_WALK_PATH_MAX];
	size_t length;
	size_t too_deep; /* open elements that do not fit into `path` */
	bool refused;	 /* there is a document type declaration */
};

static void XMLCALL element_begin(void *data, const XML_Char *name,
				  const XML_Char **attributes)
{
	struct walk *walk = data;
	size_t length = strlen(name);

	if (walk->too_deep || walk->length + 1 + length >= sizeof(walk->path)) {
		walk->too_deep++;
		return;
	}
	walk->path[walk->length] = '/';
	memcpy(walk->path + walk->length + 1, name, length + 1);
	walk->length += 1 + length;
	walk->element(walk->data, walk->path, attributes);
}

static void XMLCALL element_end(void *data, const XML_Char *name)
{
	struct walk *walk = data;

	if (walk->too_deep) {
		walk->too_deep--;
		return;
	}
	walk->length -= 1 + strlen(name);
	walk->path[walk->length] = '\0';
}

static void XMLCALL doctype_refuse(void *data, const XML_Char *name,
				   const XML_Char *system_id, const XML_Char *public_id,
				   int has_internal_subset)
{
	struct walk *walk = data;

	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	walk->refused = true;
	XML_StopParser(walk->parser, XML_FALSE);
}

/* expat's own would report a lack of memory as an error of the text. */
static void *memory_new(size_t size)
{
	return mem_resize(NULL, size, 1);
}

static void *memory_resize(void *memory, size_t size)
{
	return mem_resize(memory, size, 1);
}

static const XML_Memory_Handling_Suite parser_memory = {memory_new, memory_resize, free};

int xml_walk(const char *text, size_t size,
	     void (*element)(void *data, const char *path, const char *const *attributes),
	     void *data, struct error *error)
{
	CLEANUP(XML_ParserFree_ptr) XML_Parser parser = NULL;
	struct walk walk = {.element = element, .data = data};

	if (size > XML_WALK_SIZE_MAX)
		return error_set(error, "XML is larger than %d bytes", XML_WALK_SIZE_MAX);
	parser = XML_ParserCreate_MM(NULL, &parser_memory, NULL);
	if (!parser)
		mem_exhausted();
	walk.parser = parser;
	XML_SetUserData(parser, &walk);
	XML_SetElementHandler(parser, element_begin, element_end);
	XML_SetStartDoctypeDeclHandler(parser, doctype_refuse);
	if (XML_Parse(parser, text, (int)size, XML_TRUE) == XML_STATUS_OK)
		return 0;
	return error_set(error, "line %lu: %s", (unsigned long)LINE_NUMBER(parser),
			 walk.refused ? "a document type declaration is not accepted"
				      : XML_ErrorString(XML_GetErrorCode(parser)));
}

const char *xml_walk_attribute(const char *const *attributes, const char *name)
{
	for (; *attributes; attributes += 2) {
		if (!strcmp(attributes[0], name))
			return attributes[1];
	}
	return NULL;
}
