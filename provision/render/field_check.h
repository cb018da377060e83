/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the fields that a template uses against the vocabulary. */
#ifndef PROVISION_RENDER_FIELD_CHECK_H
#define PROVISION_RENDER_FIELD_CHECK_H

#include "common/error.h"
#include "provision/template/template.h"

/*
 * Finds fields that the vocabulary does not have, and {{range}} over what has no
 * elements. Adds each problem to the list once, as "name:line:column: <expression>:
 * reason". Returns -1 when there are any.
 */
int field_check(const struct template *tmpl, struct error_list *problems);

#endif
