/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Validates XML with the RELAX NG schemas of libvirt. */
#define _GNU_SOURCE
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <limits.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/library.h"
#include "common/mem.h"
#include "common/text.h"
#include "provision/render/schema.h"

/* The name of libxml2 changed with 2.14. */
#if LIBXML_VERSION >= 21400
#	define LIBRARY "libxml2.so.16"
#else
#	define LIBRARY "libxml2.so.2"
#endif

#if LIBXML_VERSION >= 21200
#	define PROBLEM const xmlError *
#else
#	define PROBLEM xmlError *
#endif

/* Functions of libxml2, by name and type. */
struct library {
	typeof(xmlReadMemory) *xmlReadMemory;
	typeof(xmlFreeDoc) *xmlFreeDoc;
	typeof(xmlRelaxNGNewParserCtxt) *xmlRelaxNGNewParserCtxt;
	typeof(xmlRelaxNGSetParserStructuredErrors) *xmlRelaxNGSetParserStructuredErrors;
	typeof(xmlRelaxNGParse) *xmlRelaxNGParse;
	typeof(xmlRelaxNGFreeParserCtxt) *xmlRelaxNGFreeParserCtxt;
	typeof(xmlRelaxNGFree) *xmlRelaxNGFree;
	typeof(xmlRelaxNGNewValidCtxt) *xmlRelaxNGNewValidCtxt;
	typeof(xmlRelaxNGSetValidStructuredErrors) *xmlRelaxNGSetValidStructuredErrors;
	typeof(xmlRelaxNGValidateDoc) *xmlRelaxNGValidateDoc;
	typeof(xmlRelaxNGFreeValidCtxt) *xmlRelaxNGFreeValidCtxt;
};

struct schema {
	struct library library;
	xmlRelaxNGPtr grammar;
};

const char *const schema_kinds[] = {"domain", "volume", "network", "pool", NULL};
static const char *const schema_files[] = {"domain.rng", "storagevol.rng", "network.rng",
					   "storagepool.rng"};

static int libxml2_load(struct library *library, struct error *error)
{
	static const char *const names[] = {
		"xmlReadMemory",
		"xmlFreeDoc",
		"xmlRelaxNGNewParserCtxt",
		"xmlRelaxNGSetParserStructuredErrors",
		"xmlRelaxNGParse",
		"xmlRelaxNGFreeParserCtxt",
		"xmlRelaxNGFree",
		"xmlRelaxNGNewValidCtxt",
		"xmlRelaxNGSetValidStructuredErrors",
		"xmlRelaxNGValidateDoc",
		"xmlRelaxNGFreeValidCtxt",
	};

	_Static_assert(sizeof(*library) == ARRAY_LENGTH(names) * sizeof(void (*)(void)),
		       "one name for each");
	return library_load(LIBRARY, names, ARRAY_LENGTH(names), library, error);
}

static int kind_find(const char *kind, size_t *number, struct error *error)
{
	CLEANUP(free_ptr) char *meant = NULL;
	size_t count = 0;

	for (; schema_kinds[count]; count++) {
		if (!strcmp(schema_kinds[count], kind)) {
			*number = count;
			return 0;
		}
	}
	meant = text_meant(kind, schema_kinds, count);
	return error_set(error, "no schema for \"%s\"%s", kind, meant);
}

/* Called by libxml2 for each problem; its user data is the list of problems. */
static void problem_add(void *user, PROBLEM problem)
{
	const char *message = problem->message ? problem->message : "not valid";

	error_list_add(user, "line %d: %.*s", problem->line, (int)strcspn(message, "\n"),
		       message);
}

static xmlRelaxNGPtr grammar_read(const struct library *library, const char *path,
				  struct error *error)
{
	CLEANUP(error_list_free) struct error_list problems = {0};
	xmlRelaxNGParserCtxtPtr parser = library->xmlRelaxNGNewParserCtxt(path);
	xmlRelaxNGPtr grammar;

	if (!parser)
		mem_exhausted();
	library->xmlRelaxNGSetParserStructuredErrors(parser, problem_add, &problems);
	grammar = library->xmlRelaxNGParse(parser);
	library->xmlRelaxNGFreeParserCtxt(parser);
	if (!grammar)
		error_set(error, "%s: %s", path,
			  problems.count ? problems.messages[0] : "not a schema");
	return grammar;
}

struct schema *schema_open(const char *directory, const char *kind, struct error *error)
{
	CLEANUP(free_ptr) char *path = NULL;
	struct schema schema = {0};
	size_t number = 0;

	if (kind_find(kind, &number, error) < 0)
		return NULL;
	path = mem_format("%s/%s", directory, schema_files[number]);
	if (access(path, R_OK) < 0) {
		error_errno(error, "%s", path);
		return NULL;
	}
	if (libxml2_load(&schema.library, error) < 0)
		return NULL;
	schema.grammar = grammar_read(&schema.library, path, error);
	return schema.grammar ? mem_copy(&schema, sizeof(schema)) : NULL;
}

int schema_check(const struct schema *schema, const char *text, size_t size,
		 struct error_list *problems)
{
	const struct library *library = &schema->library;
	xmlRelaxNGValidCtxtPtr validator;
	xmlDocPtr document = NULL;
	int result;

	if (size <= INT_MAX)
		document = library->xmlReadMemory(text, (int)size, NULL, NULL,
						  XML_PARSE_NONET | XML_PARSE_NOERROR |
							  XML_PARSE_NOWARNING);
	if (!document)
		return error_list_add(problems, "not an XML document");
	validator = library->xmlRelaxNGNewValidCtxt(schema->grammar);
	if (!validator)
		mem_exhausted();
	library->xmlRelaxNGSetValidStructuredErrors(validator, problem_add, problems);
	result = library->xmlRelaxNGValidateDoc(validator, document);
	library->xmlRelaxNGFreeValidCtxt(validator);
	library->xmlFreeDoc(document);
	if (result != 0 && !problems->count)
		error_list_add(problems, "not valid");
	return result == 0 ? 0 : -1;
}

void schema_free(struct schema *schema)
{
	if (!schema)
		return;
	schema->library.xmlRelaxNGFree(schema->grammar);
	free(schema);
}
