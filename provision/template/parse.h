/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens to parse tree: the body of a file and what it defines. */
#ifndef PROVISION_TEMPLATE_PARSE_H
#define PROVISION_TEMPLATE_PARSE_H

#include "common/error.h"
#include "provision/template/node.h"

enum {
	/* Templates that one file defines. */
	PARSE_DEFINITIONS_MAX = 1000,
	/* Variables in scope at one place. */
	PARSE_VARIABLES_MAX = 1000,
};

struct parsed {
	struct definition *definitions; /* among them the file's own body */
	struct node *calls;		/* of templates, without targets */
};

/* Parses a file, whose own body is the template `name`. A name that is defined twice is
 * an error, unless one of the two is empty. Nodes come from the arena (without limit) and
 * point to the source; both must live as long as the nodes are used. */
int parse_file(const struct source *source, const char *name, struct arena *arena,
	       struct parsed *parsed, struct error *error);

#endif
