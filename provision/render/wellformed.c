/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that text is a well-formed XML document. */
#define _GNU_SOURCE
#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/mem.h"
#include "provision/render/wellformed.h"

enum { LINE_SHOWN_MAX = 120 };

struct wellformed {
	XML_Parser parser;
	unsigned int depth;
	const char *refused; /* an error that expat accepts; NULL: none so far */
	XML_Index refused_at;
	struct buf shape; /* of the last well-formed document */
};

static void refuse(struct wellformed *checker, const char *reason)
{
	if (!checker->refused) {
		checker->refused = reason;
		checker->refused_at = XML_GetCurrentByteIndex(checker->parser);
	}
	XML_StopParser(checker->parser, XML_FALSE);
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

/* Called before the declaration is read, so no entity is ever declared. */
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
	struct wellformed *checker = data;

	(void)name, (void)attributes;
	if (++checker->depth > WELLFORMED_DEPTH_MAX)
		refuse(checker, "elements are nested too deeply");
}

static void XMLCALL element_end(void *data, const XML_Char *name)
{
	struct wellformed *checker = data;

	(void)name;
	checker->depth--;
}

/* expat looks for a byte order mark and for NULs, whatever encoding it is given. */
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

struct wellformed *wellformed_new(void)
{
	struct wellformed *checker = mem_zero(1, sizeof(*checker));

	/* The newline separates URIs from names; no URI contains one. */
	checker->parser = XML_ParserCreateNS("UTF-8", '\n');
	if (!checker->parser)
		mem_exhausted();
	return checker;
}

void wellformed_free(struct wellformed *checker)
{
	if (!checker)
		return;
	XML_ParserFree(checker->parser);
	buf_free(&checker->shape);
	free(checker);
}

int wellformed_check(struct wellformed *checker, const char *text, size_t size,
		     struct error *error)
{
	XML_Parser parser = checker->parser;
	enum XML_Error code;
	XML_Index at;

	if (size > INT_MAX)
		return error_set(error, "larger than %d bytes", INT_MAX);
	if (is_utf16(text, size))
		return failure(text, size, 0, "the encoding is not UTF-8", error);
	checker->depth = 0;
	checker->refused = NULL;
	XML_ParserReset(parser, "UTF-8");
	XML_SetUserData(parser, checker);
	XML_SetXmlDeclHandler(parser, declaration_check);
	XML_SetStartDoctypeDeclHandler(parser, doctype_refuse);
	XML_SetElementHandler(parser, element_begin, element_end);
	if (XML_Parse(parser, text, (int)size, XML_TRUE) == XML_STATUS_OK)
		return 0;
	code = XML_GetErrorCode(parser);
	if (code == XML_ERROR_NO_MEMORY)
		mem_exhausted();
	if (code == XML_ERROR_NO_ELEMENTS && checker->depth)
		checker->refused = "an element does not end", checker->refused_at = -1;
	at = checker->refused ? checker->refused_at : XML_GetErrorByteIndex(parser);
	return failure(text, size, at < 0 ? size : (size_t)at,
		       checker->refused ? checker->refused : XML_ErrorString(code),
		       error);
}

int wellformed_check_shape(struct wellformed *checker, const struct buf *document,
			   struct buf *shape, struct error *error)
{
	struct buf checked = checker->shape;

	if (document->size <= INT_MAX && shape->size && shape->size == checked.size &&
	    !memcmp(shape->data, checked.data, shape->size))
		return 0;
	if (wellformed_check(checker, buf_text(document), document->size, error) < 0)
		return -1;
	checker->shape = *shape;
	*shape = checked;
	return 0;
}
