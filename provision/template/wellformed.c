/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether text is an XML document. */
#define _GNU_SOURCE
#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/template/wellformed.h"

DEFINE_CLEANUP(XML_Parser, XML_ParserFree)

enum { LINE_SHOWN_MAX = 120 };

struct check {
	XML_Parser parser;
	unsigned int depth;
	const char *refused; /* what expat takes and we do not; NULL: nothing so far */
	XML_Index refused_at;
};

static void refuse(struct check *check, const char *reason)
{
	if (!check->refused) {
		check->refused = reason;
		check->refused_at = XML_GetCurrentByteIndex(check->parser);
	}
	XML_StopParser(check->parser, XML_FALSE);
}

static void XMLCALL declaration_check(void *data, const XML_Char *version,
				      const XML_Char *encoding, int standalone)
{
	(void)standalone;
	if (strncmp(version, "1.", 2) != 0 || !version[2] ||
	    version[2 + strspn(version + 2, "0123456789")])
		refuse(data, "not a version of XML");
	if (encoding && strcasecmp(encoding, "UTF-8") != 0)
		refuse(data, "the encoding is not UTF-8");
}

/* Called before anything in the declaration is read, so no entity is ever declared. */
static void XMLCALL doctype_refuse(void *data, const XML_Char *name,
				   const XML_Char *system_id, const XML_Char *public_id,
				   int has_subset)
{
	(void)name, (void)system_id, (void)public_id, (void)has_subset;
	refuse(data, "document type declarations are refused");
}

static void XMLCALL element_begin(void *data, const XML_Char *name,
				  const XML_Char **attributes)
{
	struct check *check = data;

	(void)name, (void)attributes;
	if (++check->depth > WELLFORMED_DEPTH_MAX)
		refuse(check, "elements are nested too deeply");
}

static void XMLCALL element_end(void *data, const XML_Char *name)
{
	struct check *check = data;

	(void)name;
	check->depth--;
}

/* expat goes by a byte order mark and by NULs whatever encoding it is told. */
static bool is_utf16(const char *text, size_t size)
{
	return size >= 2 && (!text[0] || !text[1] || (unsigned char)text[0] >= 0xfe);
}

/* "line N, column N: reason: the line" */
static int failure(const char *text, size_t size, size_t at, const char *reason,
		   struct error *error)
{
	const char *wrong = text + at, *start = text, *end = text + size, *newline;
	size_t line = 1;

	while ((newline = memchr(start, '\n', (size_t)(wrong - start)))) {
		start = newline + 1;
		line++;
	}
	newline = memchr(wrong, '\n', (size_t)(end - wrong));
	end = newline ? newline : end;
	return error_set(error, "line %zu, column %zu: %s: %.*s", line,
			 (size_t)(wrong - start) + 1, reason,
			 end - start > LINE_SHOWN_MAX ? LINE_SHOWN_MAX
						      : (int)(end - start),
			 start);
}

int wellformed_check(const char *text, size_t size, struct error *error)
{
	/* No URI has the newline that separates it from a name. */
	CLEANUP(XML_ParserFree_ptr) XML_Parser parser = XML_ParserCreateNS("UTF-8", '\n');
	struct check check = {.parser = parser};
	enum XML_Error code;
	XML_Index at;

	if (!parser)
		mem_exhausted();
	if (size > INT_MAX)
		return error_set(error, "larger than %d bytes", INT_MAX);
	if (is_utf16(text, size))
		return failure(text, size, 0, "the encoding is not UTF-8", error);
	XML_SetUserData(parser, &check);
	XML_SetXmlDeclHandler(parser, declaration_check);
	XML_SetStartDoctypeDeclHandler(parser, doctype_refuse);
	XML_SetElementHandler(parser, element_begin, element_end);
	if (XML_Parse(parser, text, (int)size, XML_TRUE) == XML_STATUS_OK)
		return 0;
	code = XML_GetErrorCode(parser);
	if (code == XML_ERROR_NO_MEMORY)
		mem_exhausted();
	if (code == XML_ERROR_NO_ELEMENTS && check.depth)
		check.refused = "an element does not end", check.refused_at = -1;
	at = check.refused ? check.refused_at : XML_GetErrorByteIndex(parser);
	return failure(text, size, at < 0 ? size : (size_t)at,
		       check.refused ? check.refused : XML_ErrorString(code), error);
}
