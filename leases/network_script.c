/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs Vmango's network script, which assigns addresses where libvirt does not. */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "common/child.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/network_script.h"

struct variables {
	ARRAY(char *) items; /* owned */
};

static void variables_free(struct variables *variables)
{
	array_foreach(item, &variables->items)
		free(*item);
	free(variables->items.items);
}

/* The current environment, with the variables of this machine instead of any others. */
static struct variables variables_make(const struct network_script_machine *machine)
{
	struct variables variables = {0};
	char mac[MAC_TEXT_MAX];
	const struct {
		const char *name, *value;
	} own[] = {
		{"VMANGO_MACHINE_NAME", machine->name},
		{"VMANGO_MACHINE_ID", machine->id},
		{"VMANGO_MACHINE_HWADDR", mac_format(machine->mac, mac)},
		{"VMANGO_MACHINE_PLAN", machine->plan},
		{"VMANGO_NETWORK_NAME", machine->network},
	};

	for (char **item = environ; *item; item++) {
		if (strncmp(*item, "VMANGO_", strlen("VMANGO_")))
			*array_add(&variables.items) = mem_string(*item);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(own); i++)
		*array_add(&variables.items) = mem_format(
			"%s=%s", own[i].name, own[i].value ? own[i].value : "");
	if (machine->address)
		*array_add(&variables.items) = mem_format("VMANGO_MACHINE_IP=%s",
							  machine->address);
	*array_add(&variables.items) = NULL;
	return variables;
}

int network_script_run(const char *script, const char *action,
		       const struct network_script_machine *machine, struct buf *text,
		       struct error *error)
{
	CLEANUP(variables_free) struct variables variables = variables_make(machine);
	char *arguments[] = {(char *)script, (char *)action, NULL};

	return child_run(&(struct child){.path = script,
					 .arguments = arguments,
					 .environment = variables.items.items,
					 .timeout_ms = NETWORK_SCRIPT_TIMEOUT_MS,
					 .output = text},
			 error);
}
