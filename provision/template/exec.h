/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statements of a parse tree, executed. */
#ifndef PROVISION_TEMPLATE_EXEC_H
#define PROVISION_TEMPLATE_EXEC_H

#include "common/buf.h"
#include "provision/template/escape.h"
#include "provision/template/eval.h"

/* One rendering. */
struct exec {
	struct eval eval;
	struct buf *output; /* its maximum is set by the caller */
	struct escaper escaper;
	unsigned int depth;   /* of templates that call templates */
	unsigned int nesting; /* of blocks that run, over all templates */
};

/* Runs the body of a template with `data` as dot; appends to exec->output. */
int exec_run(struct exec *exec, const struct node *body, const struct value *data);

#endif
