/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the fields that a template uses, without data. */
#ifndef PROVISION_RENDER_FIELD_USES_H
#define PROVISION_RENDER_FIELD_USES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/template/template.h"

enum field_use_kind {
	USE_FIELD, /* the field is read */
	USE_RANGE, /* {{range}} iterates over the value */
	/* eq, lt and the like compare the value with a constant. */
	USE_AS_NUMBER,
	USE_AS_TEXT,
};

struct field_use {
	/* "Machine.Ip.Address"; "[]" is an element: "Machine.SSHKeys[].Name"; "?" is a
	 * value of unknown origin: "?.Name". */
	char *path;
	enum field_use_kind kind;
	bool is_step;	  /* only to reach a field of it, which is the next use */
	const char *file; /* borrowed from the template */
	size_t line, column;
	char *expression; /* its text in the template */
};

/* In the order of the files. Zeroed: empty. */
struct field_uses {
	ARRAY(struct field_use) list;
};

/*
 * Follows fields through variables, {{with}}, {{range}}, index and calls of templates.
 * Variables that are assigned to, and the results of functions, have an unknown origin;
 * so have the data of templates that nothing calls. -1 when the template is too large to
 * be followed. The caller frees the uses.
 */
int field_uses_find(const struct template *tmpl, struct field_uses *uses,
		    struct error *error);
void field_uses_free(struct field_uses *uses);

#endif
