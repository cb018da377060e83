/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields that a template uses, printed. */
#ifndef PROVISION_RENDER_FIELD_LIST_H
#define PROVISION_RENDER_FIELD_LIST_H

#include <stdio.h>

#include "common/output.h"
#include "provision/render/field_uses.h"

/* Prints each field once, with the first place where it was met: columns Field, Template,
 * Line, Column. -1 on a write error. */
int field_list_print(FILE *stream, enum output_format format, bool header,
		     const struct field_uses *uses, struct error *error);

#endif
