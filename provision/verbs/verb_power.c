/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision start, stop and reboot. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_create.h"
#include "provision/machine/machine_drive.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/machine_wait.h"
#include "provision/verbs/verbs.h"

/* The machine's domain; NULL with the reason in the result. */
static virDomainPtr domain_get(struct verb_result *result, bool starts)
{
	const struct change *change = result->change;

	if (!change->domain) {
		error_set(&result->error, "does not exist");
		return NULL;
	}
	/* The next apply deletes it, with everything that a guest has written meanwhile.
	 */
	if (starts && change->domain->metadata.state != METADATA_READY) {
		error_set(&result->error,
			  "a run on it was interrupted; apply recreates it, destroy "
			  "deletes the rest of it");
		return NULL;
	}
	return host_domain_open(change->host, change->uuid, &result->error);
}

static void machine_power_on(struct run *run, struct verb_result *result)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_get(result, true);
	const struct change *change = result->change;

	if (!domain)
		return;
	machine_address_find(change, &result->address);
	if (change->domain->active) {
		result->state = "running";
		result->result = "kept";
		return;
	}
	if (machine_start(run, change, &result->error) < 0)
		return;
	result->state = "running";
	if (!run->wait_s ||
	    machine_wait(run, change, &result->address, &result->error) == 0)
		result->result = "started";
}

static void machine_power_off(struct run *run, struct verb_result *result)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_get(result, false);
	bool active = result->change->domain && result->change->domain->active;

	if (!domain || run_check(run, "stop", &result->error) < 0 ||
	    machine_stop(run, domain, &result->error) < 0)
		return;
	result->state = "stopped";
	result->result = active ? "stopped" : "kept";
}

static void machine_reboot(struct run *run, struct verb_result *result)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_get(result, true);
	const char *name = result->change->name;

	if (!domain ||
	    machine_drive_settle(run, result->change, domain, &result->error) < 0 ||
	    run_step(run, name, "reboot", &result->error) < 0)
		return;
	if (virDomainReboot(domain, 0) < 0) {
		virt_error(&result->error, "can't reboot");
		return;
	}
	machine_address_find(result->change, &result->address);
	result->state = "running";
	result->result = "rebooted";
}

static int power(struct cli *cli, void (*work)(struct run *, struct verb_result *))
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed;
	int status = verb_begin_existing(&verb, cli);

	if (status != CLI_DONE)
		return status;
	return verb_run(&verb, "kept", work, &changed);
}

int verb_start(struct cli *cli)
{
	return power(cli, machine_power_on);
}

int verb_stop(struct cli *cli)
{
	return power(cli, machine_power_off);
}

int verb_reboot(struct cli *cli)
{
	return power(cli, machine_reboot);
}
