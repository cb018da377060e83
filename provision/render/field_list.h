/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the fields that a template uses. */
#ifndef PROVISION_RENDER_FIELD_LIST_H
#define PROVISION_RENDER_FIELD_LIST_H

#include <stdio.h>

#include "common/output.h"
#include "provision/render/field_uses.h"

/* Prints each field once, with the place of its first use, in the columns Field,
 * Template, Line and Column. -1 on a write error. */
int field_list_print(FILE *stream, enum output_format format, bool header,
		     const struct field_uses *uses, struct error *error);

#endif
