/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs Vmango's network script, which assigns addresses where libvirt does not. */
#ifndef LEASES_NETWORK_SCRIPT_H
#define LEASES_NETWORK_SCRIPT_H

#include "common/buf.h"
#include "common/error.h"
#include "leases/mac.h"

enum {
	NETWORK_SCRIPT_TIMEOUT_MS = 10 * 1000,
	NETWORK_SCRIPT_OUTPUT_MAX = 64 * 1024, /* bytes */
};

/* The machine that the script is run for. NULL becomes an empty variable, except
 * `address`, which becomes no variable. */
struct network_script_machine {
	const char *name, *id, *plan, *network, *address;
	const uint8_t *mac;
};

/*
 * Runs `script action` ("lookup-ip", "assign-ip" or "release-ip") with the machine in its
 * environment: VMANGO_MACHINE_NAME, VMANGO_MACHINE_ID, VMANGO_MACHINE_HWADDR,
 * VMANGO_MACHINE_PLAN, VMANGO_MACHINE_IP, VMANGO_NETWORK_NAME
 * (github.com/subuk/vmango, dal/libvirt_network_scripted.go). Its output is appended to
 * `text`. The script is run without a shell.
 *
 * Fails when the script can't be run, exits with a status other than 0, prints more than
 * NETWORK_SCRIPT_OUTPUT_MAX, or takes longer than NETWORK_SCRIPT_TIMEOUT_MS; its process
 * group is then killed.
 */
int network_script_run(const char *script, const char *action,
		       const struct network_script_machine *machine, struct buf *text,
		       struct error *error);

#endif
