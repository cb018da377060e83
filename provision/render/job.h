/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of vmango-render: reads the templates and the data, prints the documents. */
#ifndef PROVISION_RENDER_JOB_H
#define PROVISION_RENDER_JOB_H

#include <stdbool.h>

#include "common/cli.h"
#include "common/mem.h"
#include "provision/template/template.h"
#include "provision/render/schema.h"

struct job {
	struct cli *cli;  /* its operands are the template files */
	const char *name; /* of the first template */
	const char *data; /* a path, or "-" */
	ARRAY(const char *) sets;
	ARRAY(const char *) markup; /* NULL-ended once the options are read */
	bool json_lines, check, list_fields, escape_given;
	bool is_unread; /* a template file could not be read */
	const char *validate, *schemas;
	struct template_options options;
	struct template *tmpl;
	struct wellformed *wellformed;
	struct buf shape;      /* of the document, with json_lines */
	struct schema *schema; /* NULL: results are not validated */
};

/* Reads and parses the templates. Returns -1 after reporting every file that failed. */
int job_load(struct job *job);

/* Renders the data, or each line of them, to standard output, and reports errors. Returns
 * an enum cli_status. */
int job_render(const struct job *job);

void job_free(struct job *job);

#endif
