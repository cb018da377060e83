/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a hypervisor as JSON, for tests and bug reports. */
#ifndef PROVISION_HOST_FACTS_JSON_H
#define PROVISION_HOST_FACTS_JSON_H

#include "common/json.h"
#include "provision/host/facts.h"

enum {
	FACTS_SIZE_MAX = JSON_SIZE_MAX, /* bytes of a document: some 6,000 domains */
	FACTS_LIST_MAX = 100000,	/* entries of each list */
	FACTS_TEXT_MAX = 4096,		/* bytes of each text */
};

/*
 * One object, described in vmango-provision(1) under "facts". It has no user data, keys
 * or passwords; user data and keys are replaced by their SHA-256, so that they can still
 * be compared. `hypervisor` is its name; `read_s` is when it was read, in seconds since
 * 1970. The caller releases it with json_object_put().
 */
json_object *facts_json_write(const struct facts *facts, const char *hypervisor,
			      uint64_t read_s);

/* What such a document has besides the facts. */
struct facts_origin {
	char *hypervisor; /* the caller's */
	uint64_t read_s;
};

/*
 * Reads such a document, which is untrusted. Unknown members are ignored; a member that
 * is missing, of another type or too large is an error that names it, and leaves both
 * `facts` and `origin` zeroed. facts->config is NULL; the caller sets it.
 */
int facts_json_read(const char *text, size_t size, struct facts *facts,
		    struct facts_origin *origin, struct error *error);

#endif
