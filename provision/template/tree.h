/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a parsed template is, for those who walk it. */
#ifndef PROVISION_TEMPLATE_TREE_H
#define PROVISION_TEMPLATE_TREE_H

#include "provision/template/node.h"

/* A file with its parse tree. */
struct file {
	struct file *next;
	struct source source;
	struct arena arena;
};

struct template
{
	struct file *files;
	struct arena arena;		/* of the definitions */
	struct definition *definitions; /* of all files, and what they call */
	/* The body of the first file; as in Go, a later file can replace what its name
	 * means, but not what is rendered. */
	const struct node *root;
};

#endif
