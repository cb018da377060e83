/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields that a template uses, printed. */
#ifndef PROVISION_RENDER_FIELD_LIST_H
#define PROVISION_RENDER_FIELD_LIST_H

#include <stdio.h>

#include "common/output.h"
#include "provision/render/uses.h"

/* Prints each field once, with the first place where it was met: columns Field, Template,
 * Line, Column. -1 on a write error. */
int template_list(FILE *stream, enum output_format format, bool header,
		  const struct template_uses *uses, struct error *error);

#endif
