/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision destroy: removes the machines of a batch and all that they own. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/host_line.h"
#include "provision/machine_remove.h"
#include "provision/plan_moved.h"
#include "provision/verbs.h"

static void machine_destroy(struct run *run, struct verb_result *result)
{
	const struct plan_item *item = result->item;
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!item->domain) {
		result->result = "absent";
		return;
	}
	interrupt_undo_begin(item->name);
	if (run_step(run, item->machine->name, "destroy", &result->error) < 0 ||
	    plan_moved_clean(run, item, &result->error) < 0)
		goto ended;
	domain = virDomainLookupByUUIDString(host_line(item->host)->connection,
					     item->uuid);
	if (!domain && virt_error_code() == VIR_ERR_NO_DOMAIN)
		result->result = "absent";
	else if (!domain)
		virt_error(&result->error, "can't find the domain");
	else if (machine_remove(run, item->host, domain, &result->error) == 0)
		result->result = "destroyed";
ended:
	interrupt_undo_end(item->name);
}

/* The hook has released it, unless it is not there; then it stays until it expires. */
static void lease_tell(struct cli *cli, const struct plan_item *item)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	char text[LEASE_ADDRESS_TEXT_MAX];

	if (!item->domain || !item->host->network_handle ||
	    lease_virt_network(item->host->network_handle, item->mac, &leases, NULL) < 0)
		return;
	array_foreach(lease, &leases)
		cli_warn(cli,
			 "%s: the lease of %s stays until it expires; is "
			 "vmango-lease-monitor installed on %s?",
			 item->name, lease_address_format(&lease->address, text),
			 item->host->config->name);
}

int verb_destroy(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed, count;
	int status = verb_begin_existing(&verb, cli);

	if (status != CLI_DONE)
		return status;
	status = verb_run(&verb, "absent", machine_destroy, &changed);
	array_foreach(item, &verb.plan.items)
		lease_tell(cli, item);
	count = verb.plan.items.count;
	if (status == CLI_DONE && !changed)
		cli_warn(cli, "%zu machine%s, nothing to destroy", count,
			 count == 1 ? "" : "s");
	return status;
}
