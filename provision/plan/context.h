/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What templates and the config drive are told about a machine, as JSON. */
#ifndef PROVISION_PLAN_CONTEXT_H
#define PROVISION_PLAN_CONTEXT_H

#include <json-c/json.h>
#include <netinet/in.h>

#include "provision/batch/batch.h"

/* What the hypervisor knows about the image; times in seconds since 1970. */
struct context_image {
	const char *id, *os, *os_name, *os_version, *arch, *type; /* "qcow2" or "raw" */
	const char *pool, *path;
	uint64_t size_bytes, virtual_size_bytes;
	uint64_t changed_s; /* 0: not known */
};

/* Borrowed all of it. What is not known is NULL or 0 and becomes null. */
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

/* The template context; the caller puts it (json_object_put). */
json_object *context_json(const struct context *context);

#endif
