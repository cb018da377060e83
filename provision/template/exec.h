/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A parse tree executed on data. */
#ifndef PROVISION_TEMPLATE_EXEC_H
#define PROVISION_TEMPLATE_EXEC_H

#include "common/error.h"
#include "common/mem.h"
#include "provision/template/template.h"
#include "provision/template/escape.h"
#include "provision/template/node.h"
#include "provision/template/limits.h"

struct variable {
	const char *name; /* equal names in one template are one pointer */
	struct value value;
};

/* One rendering. */
struct exec {
	const struct template_options *options; /* with no limit 0 */
	struct work work;
	struct buf *output; /* bounded by the caller */
	struct escaper escaper;
	ARRAY(struct variable) variables; /* those of the template that runs on top */
	size_t frame;			  /* where its own begin */
	uint64_t assignments;		  /* to variables that were there, so far */
	unsigned int depth;		  /* of templates that call templates */
	unsigned int nesting;		  /* of blocks that run, over all templates */
	unsigned int forgiving;		  /* around here a missing field is no value */
	struct error *error;
};

/* Runs the body of a template with `data` as dot; appends to exec->output. */
int exec_run(struct exec *exec, const struct node *body, const struct value *data);

/* "name:line:column: <expression>: reason", where the expression stands from `from` to
 * `to`. Returns -1. */
int exec_fail(struct exec *exec, const struct source *source, size_t from, size_t to,
	      const char *format, ...) __attribute__((format(printf, 5, 6)));

void exec_push(struct exec *exec, const char *name, const struct value *value);

#endif
