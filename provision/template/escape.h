/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML output: the place in the document that it has reached, and values escaped for that
 * place. */
#ifndef PROVISION_TEMPLATE_ESCAPE_H
#define PROVISION_TEMPLATE_ESCAPE_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"
#include "provision/template/value.h"

enum xml_place {
	XML_TEXT,
	XML_OPENED, /* after "<" */
	XML_TAG,    /* in a tag, outside of quotes */
	XML_DOUBLE, /* in an attribute's double quotes */
	XML_SINGLE,
	XML_BANG, /* after "<!", before it is known what begins */
	XML_COMMENT,
	XML_CDATA,
	XML_INSTRUCTION, /* <?...?> */
	XML_DECLARATION, /* <!DOCTYPE...> */
};

/* Zeroed: the beginning of a document. */
struct escaper {
	enum xml_place place;
	char opening[8];     /* what has followed "<!" so far */
	size_t opening_size; /* in a comment: not 0 until a byte of it was seen */
	size_t tail; /* number of the last bytes that may be part of the place's end */
};

/* Appends text of the template, or other markup, unchanged. */
void escape_markup(struct escaper *escaper, struct buf *buf, struct span text);

/*
 * Appends a value so that a reader of the XML (https://www.w3.org/TR/xml/) gets exactly
 * the value: in text and attributes by references, in CDATA sections by splitting "]]>".
 * In comments a space separates two hyphens. In a tag, outside of quotes, only parts of
 * names are allowed. Fails on a value that can't be written at the place: control
 * characters, "?>" in instructions, bytes that are not UTF-8.
 *
 * MARKUP_XML is inserted unchanged in text, MARKUP_ESCAPED in text and attributes;
 * elsewhere both are escaped like other values.
 */
int escape_value(struct escaper *escaper, struct buf *buf, struct span text,
		 enum value_markup markup, struct error *error);

/*
 * Appends to the shape of a document (template_options.shape) what a value adds to it:
 * `written`, which escape_value() appended for `value` at `place`, or one character
 * instead when any other text would be as well-formed there.
 */
void escape_shape_value(struct buf *shape, enum xml_place place, struct span value,
			enum value_markup markup, struct span written);

/* Appends text, escaped for both text and attributes. */
int escape_add_xml(struct buf *buf, struct span text, struct error *error);

#endif
