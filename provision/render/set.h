/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of JSON data set from the command line. */
#ifndef PROVISION_RENDER_SET_H
#define PROVISION_RENDER_SET_H

#include <json-c/json.h>

#include "common/error.h"

enum {
	/* Names in one path. */
	SET_DEPTH_MAX = 32,
};

/*
 * Applies "Machine.Name=text" or, with any JSON value, "Machine.Cpus:=4" to `*data`.
 * Objects on the way that are not there or null are made; in a list a number chooses an
 * element that is there. On failure the data may hold such new, empty objects.
 */
int set_apply(json_object **data, const char *assignment, struct error *error);

#endif
