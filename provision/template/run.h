/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the execution of statements share. */
#ifndef PROVISION_TEMPLATE_RUN_H
#define PROVISION_TEMPLATE_RUN_H

#include "provision/template/exec.h"

/* How a list of statements was left. */
enum flow {
	FLOW_FAILED = -1,
	FLOW_ON,
	FLOW_BREAK,
	FLOW_CONTINUE,
};

enum flow exec_list(struct exec *exec, const struct value *dot, const struct node *list);
enum flow exec_range(struct exec *exec, const struct value *dot, const struct node *node);

/* The pipeline of a branch or range, as one step. */
int exec_condition(struct exec *exec, const struct value *dot, const struct node *node,
		   struct value *value);

/* Counts a step and bytes against the limits; fails also when the output is full. */
int exec_count(struct exec *exec, const struct node *node, size_t bytes);

/* What the value is in the output; in the scratch buffer unless it is a string. */
struct span exec_text_of(struct exec *exec, const struct value *value);

/* Moves an error, which gets the place of the node. Returns -1. */
int exec_statement_fail(struct exec *exec, const struct node *node, struct error *error);

#endif
