/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the evaluation of expressions share. */
#ifndef PROVISION_TEMPLATE_EVAL_H
#define PROVISION_TEMPLATE_EVAL_H

#include "provision/template/exec.h"
#include "provision/template/func.h"

/* What a stage of a pipeline is given: its words, and what the stage before made. */
struct stage {
	const struct node *words; /* the first is not an argument */
	size_t word_count;
	const struct value *piped; /* NULL in the first stage */
};

/* Fails where the node stands. */
int eval_fail(struct exec *exec, const struct node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

bool eval_has_arguments(const struct stage *stage);

/* A word, with the arguments that its stage has. */
int eval_word(struct exec *exec, const struct value *dot, const struct node *node,
	      const struct stage *stage, struct value *value);

/* The fields of a chain, one after the other; `*value` is what it begins with. */
int eval_fields(struct exec *exec, const struct node *node, const struct stage *stage,
		struct value *value);

/* A function with the arguments of its stage. */
int eval_call(struct exec *exec, const struct value *dot, const struct node *node,
	      const struct stage *stage, struct value *result);

#endif
