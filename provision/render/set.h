/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets members of JSON data, as the command line says. */
#ifndef PROVISION_RENDER_SET_H
#define PROVISION_RENDER_SET_H

#include <json-c/json.h>

#include "common/error.h"

enum {
	/* Names in one path. */
	SET_DEPTH_MAX = 32,
};

/* Applies "Machine.Name=text" or, with any JSON value, "Machine.Cpus:=4" to `*data`.
 * Objects of the path that are missing or null are created; in a list a number chooses an
 * existing element. On failure the data may contain new, empty objects. */
int set_apply(json_object **data, const char *assignment, struct error *error);

#endif
