/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML output: where in the document it stands, and values escaped for there. */
#ifndef PROVISION_TEMPLATE_ESCAPE_H
#define PROVISION_TEMPLATE_ESCAPE_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"
#include "provision/template/value.h"

enum xml_place {
	XML_TEXT,
	XML_OPENED, /* behind "<" */
	XML_TAG,    /* in a tag, outside of quotes */
	XML_DOUBLE, /* in an attribute's double quotes */
	XML_SINGLE,
	XML_BANG, /* behind "<!", before it is clear of what */
	XML_COMMENT,
	XML_CDATA,
	XML_INSTRUCTION, /* <?...?> */
	XML_DECLARATION, /* <!DOCTYPE...> */
};

/* Zeroed is the beginning of a document. */
struct escaper {
	enum xml_place place;
	char opening[8]; /* what came behind "<!" so far */
	size_t opening_size;
	size_t tail; /* how many of the last bytes are those that may end this place */
};

/* Appends text of the template, or other markup, as it is. */
void escape_markup(struct escaper *escaper, struct buf *buf, struct span text);

/*
 * Appends a value so that a reader of the XML (https://www.w3.org/TR/xml/) gets exactly
 * the value: in text and attributes by references, in CDATA sections by splitting "]]>".
 * In comments "--" gets a space in between. Outside of quotes in a tag only names can
 * stand. Fails where the value can't be told: control characters, "?>" in instructions,
 * no UTF-8.
 *
 * MARKUP_XML is taken as markup in text, MARKUP_ESCAPED in text and attributes; elsewhere
 * both are values as others.
 */
int escape_value(struct escaper *escaper, struct buf *buf, struct span text,
		 enum value_markup markup, struct error *error);

/* Appends text escaped so that it may stand in text and in attributes. */
int escape_add_xml(struct buf *buf, struct span text, struct error *error);

#endif
