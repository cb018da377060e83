/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The check for well-formed XML against expat alone and libxml2: what it takes they take
 * as well, and what both of them take it takes too. */
#define _GNU_SOURCE
#include <expat.h>
#include <libxml/parser.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/render/wellformed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool expat_takes(const char *text, size_t size)
{
	XML_Parser parser = XML_ParserCreateNS("UTF-8", '|');
	bool takes = XML_Parse(parser, text, (int)size, XML_TRUE) == XML_STATUS_OK;

	XML_ParserFree(parser);
	return takes;
}

/* Whether libxml2 takes it, and `*strictly` without any complaint. */
static bool libxml_takes(const char *text, size_t size, bool *strictly)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	xmlDocPtr document = xmlCtxtReadMemory(parser, text, (int)size, NULL, "UTF-8",
					       XML_PARSE_NONET | XML_PARSE_NOERROR |
						       XML_PARSE_NOWARNING);

	*strictly = document && parser->errNo == XML_ERR_OK;
	xmlFreeDoc(document);
	xmlFreeParserCtxt(parser);
	return document != NULL;
}

/* Things that the three may see differently, for good reasons. */
static bool is_contested(const char *text, size_t size)
{
	static const char *const words[] = {
		"<!DOCTYPE",	/* refused here */
		"<?xml",	/* versions and encodings */
		"xmlns",	/* URIs are compared as they are written here */
		"\xef\xbb\xbf", /* byte order marks */
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (memmem(text, size, words[i], strlen(words[i])))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	CLEANUP(wellformed_free_ptr) struct wellformed *checker = wellformed_new();
	bool strictly, ours = wellformed_check(checker, text, size, NULL) == 0;
	bool expat = expat_takes(text, size),
	     libxml = libxml_takes(text, size, &strictly);

	if (is_contested(text, size))
		return 0;
	if (ours && (!expat || !libxml))
		__builtin_trap();
	if (!ours && expat && libxml && strictly)
		__builtin_trap();
	return 0;
}
