/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision start, stop and reboot. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_settled.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_create.h"
#include "provision/machine/machine_drive.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/machine_wait.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_place.h"
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
		error_set(&result->error, "%s",
			  !change->domain->active
				  ? "a run on it was interrupted; apply recreates it, "
				    "destroy deletes the rest of it"
			  : change_is_incomplete(change)
				  ? "a run on it was interrupted, but it runs; destroy "
				    "deletes it"
				  : "a run that deleted it was interrupted; apply keeps "
				    "it, destroy deletes it");
		return NULL;
	}
	return host_domain_open(change->host, change->uuid, &result->error);
}

static void paused_set(struct verb_result *result)
{
	CLEANUP(free_ptr) char *reason = plan_paused_text(result->change);

	result->state = facts_domain_state_name(result->change->domain);
	error_set(&result->error, "%s", reason);
}

static void machine_power_on(struct run *run, struct verb_result *result)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_get(result, true);
	const struct change *change = result->change;

	if (!domain)
		return;
	machine_address_find(change, &result->address);
	result->state = facts_domain_state_name(change->domain);
	if (change->domain->is_paused) {
		paused_set(result);
		return;
	}
	if (change->domain->active) {
		if (machine_wait_running(run, change, &result->address, &result->error) ==
		    0)
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
	if (active && domain_was_migrated(domain)) {
		error_set(&result->error,
			  "it was migrated to another hypervisor meanwhile; it is not "
			  "stopped there");
		return;
	}
	result->result = active ? "stopped" : "kept";
}

/* Whether something waits that a guest gets only from a new QEMU; a config drive is
 * inserted into the one that runs. */
static bool needs_restart(const struct change *change)
{
	array_foreach(difference, &change->waits.differences) {
		if (difference->field != MACHINE_CONFIG_DRIVE)
			return true;
	}
	return change_is_detached(change);
}

static int guest_restart(struct run *run, const struct change *change,
			 virDomainPtr domain, struct error *error)
{
	if (run_check(run, "restart", error) < 0 || machine_stop(run, domain, error) < 0)
		return -1;
	return machine_start(run, change, error);
}

static int guest_reboot(struct run *run, const struct change *change, virDomainPtr domain,
			struct error *error)
{
	if (machine_drive_settle(run, change, domain, error) < 0 ||
	    run_step(run, change->name, "reboot", error) < 0)
		return -1;
	return virDomainReboot(domain, 0) < 0 ? virt_error(error, "can't reboot") : 0;
}

static void machine_reboot(struct run *run, struct verb_result *result)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_get(result, true);
	const struct change *change = result->change;

	if (!domain)
		return;
	if (change->domain->is_paused) {
		paused_set(result);
		return;
	}
	if ((needs_restart(change)
		     ? guest_restart(run, change, domain, &result->error)
		     : guest_reboot(run, change, domain, &result->error)) < 0)
		return;
	machine_address_find(change, &result->address);
	result->state = "running";
	result->result = "rebooted";
}

static void doubts_find(struct verb *verb)
{
	array_foreach(change, &verb->changes.list)
		plan_place_start_fails(&verb->changes, change);
}

/* `graceful_s`: unless the command line says something else. */
static int power(struct cli *cli, unsigned int graceful_s,
		 void (*work)(struct run *, struct verb_result *))
{
	CLEANUP(verb_end) struct verb verb = {.graceful_s = graceful_s};
	size_t changed;
	int status = verb_begin_existing(&verb, cli);

	if (status != CLI_DONE)
		return status;
	if (work == machine_power_on)
		doubts_find(&verb);
	return verb_run(&verb, "kept", work, &changed);
}

int verb_start(struct cli *cli)
{
	return power(cli, 0, machine_power_on);
}

int verb_stop(struct cli *cli)
{
	return power(cli, 0, machine_power_off);
}

int verb_reboot(struct cli *cli)
{
	return power(cli, VERB_RESTART_GRACEFUL_S, machine_reboot);
}
