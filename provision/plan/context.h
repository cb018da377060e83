/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The context of a machine: the input of templates and the config drive, as JSON. */
#ifndef PROVISION_PLAN_CONTEXT_H
#define PROVISION_PLAN_CONTEXT_H

#include <json-c/json.h>
#include <netinet/in.h>

#include "provision/batch/batch.h"

/* What the hypervisor reports about the image; times in seconds since 1970. */
struct context_image {
	const char *id, *os, *os_name, *os_version, *arch, *type; /* "qcow2" or "raw" */
	const char *pool, *path;
	uint64_t size_bytes, virtual_size_bytes;
	uint64_t changed_s; /* 0: unknown */
};

/* All members are borrowed. Unknown ones are NULL or 0, and become null. */
struct context {
	const struct batch_machine *machine;
	const struct batch_hypervisor *hypervisor;
	const struct context_image *image;
	const char *id, *hwaddr, *creator;
	const struct in_addr *address, *gateway;
	unsigned int prefix; /* bits */
	const char *arch, *domain_type;
	const char *volume_path, *volume_type, *drive_path;
	const char *metadata; /* markup */
	const char *state;    /* "running", "stopped" or "unknown" */
};

/* The context as JSON; the caller releases it with json_object_put(). */
json_object *context_json(const struct context *context);

#endif
