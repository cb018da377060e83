/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision destroy: removes the machines of a batch and all that they own. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/identity.h"
#include "provision/machine_remove.h"
#include "provision/verbs.h"

struct destroy {
	struct run run;
	struct cli *cli;
	const struct plan *plan;
	struct verb_result *results;
};

/* The hook has released it, unless it is not there; then it stays until it expires. */
static void lease_tell(const struct destroy *destroy, const struct plan_item *item)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	char text[LEASE_ADDRESS_TEXT_MAX];

	if (!item->host->network_handle ||
	    lease_virt_network(item->host->network_handle, item->mac, &leases, NULL) < 0)
		return;
	array_foreach(lease, &leases)
		cli_warn(destroy->cli,
			 "%s: the lease of %s stays until it expires; is "
			 "vmango-lease-monitor installed on %s?",
			 item->machine->name, lease_address_format(&lease->address, text),
			 item->host->config->name);
}

static void result_work(void *data, size_t i)
{
	struct destroy *destroy = data;
	struct verb_result *result = &destroy->results[i];
	const struct plan_item *item = result->item;
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	result->state = "unknown";
	result->result = "failed";
	if (item->action == PLAN_FAIL) {
		error_set(&result->error, "%s", item->reason);
		return;
	}
	if (!item->domain) {
		result->result = "absent";
		return;
	}
	domain = virDomainLookupByUUIDString(item->host->connection, item->domain->uuid);
	if (!domain && virt_error_code() == VIR_ERR_NO_DOMAIN) {
		result->result = "absent";
		return;
	}
	if (!domain)
		virt_error(&result->error, "can't find the domain");
	else if (machine_remove(&destroy->run, item->host, domain, &result->error) == 0)
		result->result = "destroyed";
	if (!result->error.message)
		lease_tell(destroy, item);
}

static int results_tell(struct cli *cli, const struct verb_result *results, size_t count)
{
	size_t failed = 0, destroyed = 0, unreachable = 0;

	for (size_t i = 0; i < count; i++) {
		if (results[i].error.message) {
			cli_error(cli, "%s: %s", results[i].item->machine->name,
				  results[i].error.message);
			failed++;
		}
		unreachable += results[i].item->action == PLAN_FAIL;
		destroyed += !strcmp(results[i].result, "destroyed");
	}
	if (!destroyed && !failed)
		cli_warn(cli, "%zu machine%s, nothing to destroy", count,
			 count == 1 ? "" : "s");
	if (count && unreachable == count)
		return CLI_SYSTEM;
	return failed ? CLI_NO : CLI_DONE;
}

static int plan_destroy(struct cli *cli, const struct plan *plan, unsigned int graceful_s,
			unsigned int workers)
{
	struct destroy destroy = {.plan = plan, .cli = cli};
	size_t count = plan->items.count;
	int status;

	verb_run_begin(&destroy.run, cli, plan);
	destroy.run.graceful_s = graceful_s;
	if (workers)
		destroy.run.workers = workers;
	destroy.results = mem_zero(count, sizeof(*destroy.results));
	for (size_t i = 0; i < count; i++)
		destroy.results[i].item = &plan->items.items[i];
	run_each(&destroy.run, count, result_work, &destroy);
	status = results_tell(cli, destroy.results, count);
	if (verb_results_print(cli, destroy.results, count) < 0)
		status = CLI_SYSTEM;
	verb_results_free(destroy.results, count);
	verb_run_end(&destroy.run);
	return status;
}

int verb_destroy(struct cli *cli)
{
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(plan_free) struct plan plan = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	unsigned int graceful_s = 0, workers = 0;

	for (int option; (option = cli_next(cli)) != CLI_END;) {
		if (option == 'g')
			graceful_s = verb_number(cli, 0, VERB_WAIT_MAX_S);
		else
			workers = verb_number(cli, 1, VERB_WORKERS_MAX);
	}
	verb_batch_load(cli, &batch, &errors);
	if (errors.count == 0) {
		plan_survey(&batch, NULL, HOST_DOMAINS | HOST_NETWORK, &plan, &errors);
		plan_find(&plan, &errors);
	}
	if (errors.count) {
		cli_errors(cli, &errors);
		return CLI_USAGE;
	}
	return plan_destroy(cli, &plan, graceful_s, workers);
}
