/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields that a template uses, found without data. */
#ifndef PROVISION_RENDER_FIELD_USES_H
#define PROVISION_RENDER_FIELD_USES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/template/template.h"

enum field_use_kind {
	USE_FIELD, /* the field is read */
	USE_RANGE, /* what is there is ranged over */
};

struct field_use {
	/*
	 * "Machine.Ip.Address"; "[]" is an element: "Machine.SSHKeys[].Name". Of a value
	 * whose origin can't be told: "?.Name".
	 */
	char *path;
	enum field_use_kind kind;
	bool is_step;	  /* on the way to a field in it, which is the next use */
	const char *file; /* borrowed from the template */
	size_t line, column;
	char *expression; /* as it stands there */
};

/* In the order they stand in the files; zeroed is empty. */
struct field_uses {
	ARRAY(struct field_use) list;
};

/*
 * Follows fields through variables, {{with}}, {{range}}, index and template calls. What
 * is assigned to again, and what functions make, is of no known origin. Templates that
 * nothing calls are given data of no known origin. -1 when the template is too large to
 * be followed. The caller frees the uses.
 */
int field_uses_find(const struct template *tmpl, struct field_uses *uses,
		    struct error *error);
void field_uses_free(struct field_uses *uses);

#endif
