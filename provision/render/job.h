/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vmango-render is asked for, and its documents made. */
#ifndef PROVISION_RENDER_JOB_H
#define PROVISION_RENDER_JOB_H

#include <stdbool.h>

#include "common/cli.h"
#include "common/mem.h"
#include "provision/template/template.h"
#include "provision/render/schema.h"

struct job {
	struct cli *cli;  /* whose operands are the template files */
	const char *name; /* of the first template */
	const char *data; /* a path, or "-" */
	ARRAY(const char *) sets;
	ARRAY(const char *) markup; /* NULL-ended once the options are read */
	bool json_lines, check, list_fields, escape_given;
	const char *validate, *schemas;
	struct template_options options;
	struct template *tmpl;
	struct wellformed *wellformed;
	struct schema *schema; /* NULL: the results are not validated */
};

/* Reads and parses the templates. Reports every file that can't be, then returns -1. */
int job_load(struct job *job);

/* Renders the data, each document or each line of it, to standard output and reports what
 * is wrong. Gives an enum cli_status. */
int job_render(const struct job *job);

void job_free(struct job *job);

#endif
