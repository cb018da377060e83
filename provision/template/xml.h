/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters and names of XML: https://www.w3.org/TR/xml/#charsets and #NT-Name. */
#ifndef PROVISION_TEMPLATE_XML_H
#define PROVISION_TEMPLATE_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provision/template/value.h"

/* Whether a document can hold the code point. */
bool xml_is_char(uint32_t point);

/*
 * Looks for the first byte that is no character: the offset, or the size when there is
 * none. `*point` becomes the character, or UNICODE_REPLACEMENT when it is no UTF-8.
 */
size_t xml_find_bad(struct span text, uint32_t *point);

/* The length of the name at the beginning of the text, colons included; 0 when there is
 * none. */
size_t xml_name_length(struct span text);

/* Whether the whole text could stand in a name, perhaps not at its beginning. */
bool xml_is_name_part(struct span text);

#endif
