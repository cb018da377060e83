/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A parsed template, for code that walks its tree. */
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
	struct arena arena; /* of the definitions */
	struct definition
		*definitions; /* those of all files, and the names that they call */
	/* The body of the first file. As in Go, a later file can redefine its name, but
	 * what is rendered stays the same. */
	const struct node *root;
};

#endif
