/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision apply: makes the machines of a batch be there. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/machine_create.h"
#include "provision/machine_remove.h"
#include "provision/machine_wait.h"
#include "provision/verbs.h"

struct apply {
	struct run run;
	const struct plan *plan;
	struct verb_result *results;
};

static int machine_resume(struct run *run, const struct plan_item *item,
			  struct machine_address *address, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(item->host->connection,
							  item->uuid);

	if (!domain)
		return virt_error(error, "can't find the domain");
	if (run_step(run, item->machine->name, "take back an earlier run", error) < 0 ||
	    machine_remove(run, item->host, domain, error) < 0)
		return -1;
	return machine_create(run, item, address, error);
}

static int item_apply(struct run *run, const struct plan_item *item,
		      struct machine_address *address, struct error *error)
{
	switch (item->action) {
	case PLAN_CREATE:
		return machine_create(run, item, address, error);
	case PLAN_RESUME:
		return machine_resume(run, item, address, error);
	case PLAN_START:
		machine_address_find(item->host, item->domain, address);
		return machine_start(run, item, error);
	case PLAN_KEEP:
		machine_address_find(item->host, item->domain, address);
		return 0;
	case PLAN_FAIL:
		break;
	}
	return error_set(error, "%s", item->reason);
}

static void result_work(void *data, size_t i)
{
	static const char *const done[] = {[PLAN_CREATE] = "created",
					   [PLAN_RESUME] = "resumed",
					   [PLAN_START] = "started",
					   [PLAN_KEEP] = "kept",
					   [PLAN_FAIL] = "failed"};
	struct apply *apply = data;
	struct verb_result *result = &apply->results[i];
	const struct plan_item *item = result->item;
	bool began = item->action != PLAN_KEEP && item->action != PLAN_FAIL;

	result->result = "failed";
	result->state = "unknown";
	if (item_apply(&apply->run, item, &result->address, &result->error) < 0) {
		result->address.known = false;
		return;
	}
	result->state = "running";
	if (began && apply->run.wait_s &&
	    machine_wait(&apply->run, item, &result->address, &result->error) < 0)
		return;
	result->result = done[item->action];
}

static int results_tell(struct cli *cli, const struct apply *apply, size_t count)
{
	size_t failed = 0, changed = 0, differ = 0, unreachable = 0;

	for (size_t i = 0; i < count; i++) {
		const struct verb_result *result = &apply->results[i];
		const char *name = result->item->machine->name;

		if (result->error.message) {
			cli_error(cli, "%s: %s", name, result->error.message);
			failed++;
			unreachable += result->item->action == PLAN_FAIL;
		} else if (result->item->action != PLAN_KEEP) {
			changed++;
		}
		if (result->item->differs) {
			cli_warn(cli,
				 "%s: was made from other input than the batch has now",
				 name);
			differ++;
		}
	}
	if (!changed && !failed)
		cli_warn(cli, "%zu machine%s, nothing to change", count,
			 count == 1 ? "" : "s");
	if (count && unreachable == count)
		return CLI_SYSTEM;
	return failed ? CLI_NO : CLI_DONE;
}

static int plan_apply(struct cli *cli, const struct plan *plan, unsigned int wait_s,
		      unsigned int workers)
{
	struct apply apply = {.plan = plan};
	size_t count = plan->items.count;
	int status;

	verb_run_begin(&apply.run, cli, plan);
	apply.run.wait_s = wait_s;
	if (workers)
		apply.run.workers = workers;
	apply.results = mem_zero(count, sizeof(*apply.results));
	for (size_t i = 0; i < count; i++)
		apply.results[i].item = &plan->items.items[i];
	run_each(&apply.run, count, result_work, &apply);
	status = results_tell(cli, &apply, count);
	if (verb_results_print(cli, apply.results, count) < 0)
		status = CLI_SYSTEM;
	verb_results_free(apply.results, count);
	verb_run_end(&apply.run);
	return status;
}

int verb_apply(struct cli *cli)
{
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(plan_free) struct plan plan = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	unsigned int wait_s = VERB_WAIT_S, workers = 0;

	for (int option; (option = cli_next(cli)) != CLI_END;) {
		if (option == 'w')
			wait_s = verb_number(cli, 0, VERB_WAIT_MAX_S);
		else
			workers = verb_number(cli, 1, VERB_WORKERS_MAX);
	}
	verb_batch_load(cli, &batch, &errors);
	plan_survey(&batch, getenv("SUDO_USER") ? getenv("SUDO_USER") : getenv("USER"),
		    HOST_ALL, &plan, &errors);
	plan_make(&plan, &errors);
	if (errors.count) {
		cli_errors(cli, &errors);
		return CLI_USAGE;
	}
	return plan_apply(cli, &plan, wait_s, workers);
}
