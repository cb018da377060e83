/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vmango's network script: what hands out addresses where libvirt does not. */
#ifndef LEASES_NETWORK_SCRIPT_H
#define LEASES_NETWORK_SCRIPT_H

#include "common/buf.h"
#include "common/error.h"
#include "leases/mac.h"

enum {
	NETWORK_SCRIPT_TIMEOUT_MS = 10 * 1000,
	NETWORK_SCRIPT_OUTPUT_MAX = 64 * 1024, /* bytes */
};

/* What the script is told; NULL is an empty text, but no variable for `address`. */
struct network_script_machine {
	const char *name, *id, *plan, *network, *address;
	const uint8_t *mac;
};

/*
 * Runs `script action` ("lookup-ip", "assign-ip" or "release-ip") with the machine in its
 * environment: VMANGO_MACHINE_NAME, VMANGO_MACHINE_ID, VMANGO_MACHINE_HWADDR,
 * VMANGO_MACHINE_PLAN, VMANGO_MACHINE_IP, VMANGO_NETWORK_NAME
 * (github.com/subuk/vmango, dal/libvirt_network_scripted.go). What it prints is appended
 * to `text`. No shell is in between.
 *
 * Fails when the script can't be run, exits with another status than 0, prints more than
 * NETWORK_SCRIPT_OUTPUT_MAX, or takes longer than NETWORK_SCRIPT_TIMEOUT_MS; it is then
 * killed with all processes of its group.
 */
int network_script_run(const char *script, const char *action,
		       const struct network_script_machine *machine, struct buf *text,
		       struct error *error);

#endif
