/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the contents of a config drive from a machine's context in JSON. */
#ifndef PROVISION_CONFIGDRIVE_DRIVE_CONTEXT_H
#define PROVISION_CONFIGDRIVE_DRIVE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/json.h"
#include "provision/configdrive/configdrive.h"

/* The largest context in bytes: room for the largest user data, with each byte written as
 * \uNNNN, and for the rest. */
enum { CONFIGDRIVE_CONTEXT_MAX = JSON_SIZE_MAX };

struct configdrive_context {
	struct configdrive drive; /* its strings belong to the context */
	/* Machine.Ip; `dns` is empty, `address` NULL without one. `drive` does not refer
	 * to it, since a context does not say whether DHCP assigns the address. */
	struct configdrive_address address;
	bool none; /* Hypervisor.ConfigDrive is "none"; drive.format is then OpenStack */
	char *instance_id; /* the one of `drive` */
	struct configdrive_key *keys;
	json_object *root;
};

/*
 * Reads Machine.{Name,Id,HWAddr,Userdata,SSHKeys[].{Name,Public},Ip.{Address,Gateway,
 * Netmask}} and Hypervisor.ConfigDrive ("openstack", which is the default, "nocloud",
 * "none"). The instance id is Machine.Id followed by "-1", as vmango-provision writes it
 * to a machine's first drive; see configdrive.h. Machine.Name and Machine.Id are
 * required; other members may be missing, null or empty, and members not listed here are
 * ignored. Fails on invalid JSON (RFC 8259, UTF-8 only, 32 levels,
 * CONFIGDRIVE_CONTEXT_MAX) and on members of another type; configdrive_build() checks the
 * values. The caller frees the context; on failure it is unchanged.
 */
int configdrive_context_parse(const char *json, size_t size,
			      struct configdrive_context *context, struct error *error);
void configdrive_context_free(struct configdrive_context *context);

#endif
