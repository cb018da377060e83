/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The value of an expression: pipelines, fields, variables, calls of functions. */
#ifndef PROVISION_TEMPLATE_EVAL_H
#define PROVISION_TEMPLATE_EVAL_H

#include "common/error.h"
#include "common/mem.h"
#include "provision/template/limits.h"
#include "provision/template/node.h"
#include "provision/template/template.h"

struct variable {
	const char *name; /* equal names in one template are one pointer */
	struct value value;
};

/* What the expressions of one rendering share. */
struct eval {
	const struct template_options *options; /* every limit is set */
	struct limits limits;
	ARRAY(struct variable) variables; /* of all templates that are running */
	size_t frame;			  /* the first one of the innermost template */
	uint64_t assignments;		  /* to variables that already existed, so far */
	unsigned int forgiving;		  /* above 0: a missing field is no value */
	struct error *error;
};

/*
 * Evaluates a pipeline; NULL gives no value. The variables that it declares are pushed;
 * the caller resets variables.count where their scope ends.
 */
int eval_pipe(struct eval *eval, const struct value *dot, const struct pipe *pipe,
	      struct value *result);

/* Declares a variable. */
void eval_push(struct eval *eval, const char *name, const struct value *value);

/* Sets "name:line:column: <expression>: reason", where the expression is the source's
 * bytes `from` to `to`. Returns -1. */
int eval_fail_at(struct eval *eval, const struct source *source, size_t from, size_t to,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
