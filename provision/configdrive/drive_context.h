/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's context, as templates get it in JSON, read as a config drive. */
#ifndef PROVISION_CONFIGDRIVE_DRIVE_CONTEXT_H
#define PROVISION_CONFIGDRIVE_DRIVE_CONTEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "provision/configdrive/configdrive.h"

/* The largest context in bytes: the largest user data, each byte as \uNNNN, and as much
 * again for the rest. */
enum { CONFIGDRIVE_CONTEXT_MAX = 2 * 6 * CONFIGDRIVE_USERDATA_MAX };

struct configdrive_context {
	struct configdrive drive; /* its strings live as long as the context */
	/* Machine.Ip with `dns` empty, `address` NULL when there is none; `drive` does
	 * not refer to it, since a context does not say who hands out the address. */
	struct configdrive_address address;
	bool none; /* Hypervisor.ConfigDrive is "none"; drive.format is then OpenStack */
	char *instance_id; /* what `drive` has */
	struct configdrive_key *keys;
	json_object *root;
};

/*
 * Reads Machine.{Name,Id,HWAddr,Userdata,SSHKeys[].{Name,Public},Ip.{Address,Gateway,
 * Netmask}} and Hypervisor.ConfigDrive ("openstack", which is the default, "nocloud",
 * "none"). The instance id is Machine.Id with "-1", as vmango-provision writes it into a
 * machine's first drive; see configdrive.h. Machine.Name and Machine.Id must be there;
 * other members may be missing, null or empty, and those not named are not looked at.
 * Fails on what is no JSON (RFC 8259, UTF-8 only, 32 levels, CONFIGDRIVE_CONTEXT_MAX) and
 * on members of another type; whether the values make a drive is seen by
 * configdrive_build(). The caller frees the context; on failure it is left zeroed.
 */
int configdrive_context_parse(const char *json, size_t size,
			      struct configdrive_context *context, struct error *error);
void configdrive_context_free(struct configdrive_context *context);

#endif
