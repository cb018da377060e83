/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions of a parse tree evaluated: pipelines, fields, calls of functions. */
#ifndef PROVISION_TEMPLATE_EVAL_H
#define PROVISION_TEMPLATE_EVAL_H

#include "provision/template/exec.h"

/*
 * Evaluates a pipeline; NULL gives no value. Variables it declares stay on the stack, the
 * caller takes them off.
 */
int eval_pipe(struct exec *exec, const struct value *dot, const struct pipe *pipe,
	      struct value *result);

#endif
