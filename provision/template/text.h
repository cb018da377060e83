/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping of text for HTML, JavaScript and URLs, as Go's text/template does it. */
#ifndef PROVISION_TEMPLATE_TEXT_H
#define PROVISION_TEMPLATE_TEXT_H

#include "common/buf.h"
#include "provision/template/value.h"

void text_add_html(struct buf *buf, struct span text);
void text_add_js(struct buf *buf, struct span text);
/* Everything but A-Z a-z 0-9 - _ . ~ as %XX, space as "+". */
void text_add_urlquery(struct buf *buf, struct span text);

#endif
