/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a hypervisor as JSON, so that a test or a bug report can hold them. */
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
 * or passwords: of user data and of each key the SHA-256 is kept, by which they can still
 * be compared. `hypervisor` is its name, of which a URI's password is left out; `read_s`
 * is when it was read, in seconds since 1970. The caller releases it.
 */
json_object *facts_json_write(const struct facts *facts, const char *hypervisor,
			      uint64_t read_s);

/* What such a document says beside the facts. */
struct facts_origin {
	char *hypervisor; /* the caller's */
	uint64_t read_s;
};

/*
 * Reads such a document. It may come from anybody: unknown members are ignored, one that
 * is missing, of another type or too large is an error that names it, and both `facts`
 * and `origin` are then left zeroed. facts->config is NULL; the caller sets it.
 */
int facts_json_read(const char *text, size_t size, struct facts *facts,
		    struct facts_origin *origin, struct error *error);

#endif
