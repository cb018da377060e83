/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Repairs findings of the audit where that is safe, and prints them. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "leases/audit_fix.h"
#include "leases/lease_presence.h"
#include "leases/leases_output.h"
#include "leases/release_results.h"
#include "leases/reservation_delete.h"

enum { RELEASE_WAIT_MS = 5000 };

static void reservations_delete(struct finding_outcome *outcomes, size_t count,
				const struct hypervisor *hypervisors)
{
	for (size_t i = 0; i < count; i++) {
		struct finding_outcome *outcome = &outcomes[i];
		const struct finding *finding = outcome->finding;

		if (finding->fix != FIX_DELETE)
			continue;
		outcome->fixed = lease_reservation_delete(
					 hypervisors[finding->about.host].connection,
					 &finding->about.lease, &outcome->error) == 0;
		outcome->word = outcome->fixed ? "deleted" : "failed";
	}
}

/* Releases leases of one hypervisor. */
static void leases_release(struct finding_outcome **chosen, size_t count,
			   const char *directory)
{
	CLEANUP(free_ptr)
	struct release_outcome *outcomes = mem_zero(count + 1, sizeof(*outcomes));

	for (size_t i = 0; i < count; i++)
		outcomes[i].result = &chosen[i]->finding->about;
	results_release(outcomes, count, directory, RELEASE_WAIT_MS);
	for (size_t i = 0; i < count; i++) {
		chosen[i]->word = release_outcome_word(&outcomes[i]);
		chosen[i]->fixed = outcomes[i].state == RELEASE_CONFIRMED;
		chosen[i]->error = outcomes[i].error;
		if (!chosen[i]->fixed && !chosen[i]->error.message)
			error_set(&chosen[i]->error, "%s",
				  release_state_text(outcomes[i].state));
	}
}

static bool is_of_host(const struct finding_outcome *outcome, size_t host)
{
	return outcome->finding->fix == FIX_RELEASE &&
	       outcome->finding->about.host == host;
}

/* Keeps in `chosen` only leases whose addresses are not in use; returns how many. */
static size_t unused_select(struct finding_outcome **chosen, size_t count,
			    struct hypervisor *hypervisors, size_t hypervisor_count)
{
	CLEANUP(free_ptr)
	struct presence_check *checks = mem_zero(count + 1, sizeof(*checks));
	char address[LEASE_ADDRESS_TEXT_MAX];
	size_t unused = 0;

	for (size_t i = 0; i < count; i++)
		checks[i].lease = &chosen[i]->finding->about.lease;
	lease_presence_check(checks, count, hypervisors, hypervisor_count);
	for (size_t i = 0; i < count; i++) {
		if (!checks[i].used) {
			chosen[unused++] = chosen[i];
			continue;
		}
		chosen[i]->word = "kept";
		lease_address_format(&checks[i].lease->address, address);
		error_set(&chosen[i]->error, "%s: not released: %s", address,
			  checks[i].used);
		free(checks[i].used);
	}
	return unused;
}

/* Repairs the findings about leases of one hypervisor. */
static void host_release(struct finding_outcome *outcomes, size_t count, size_t host,
			 struct hypervisor *hypervisors, size_t hypervisor_count)
{
	const struct hypervisor *hypervisor = &hypervisors[host];
	ARRAY(struct finding_outcome *) chosen = {0};

	for (size_t i = 0; i < count; i++) {
		if (is_of_host(&outcomes[i], host))
			*array_add(&chosen) = &outcomes[i];
	}
	if (hypervisor->directory)
		chosen.count = unused_select(chosen.items, chosen.count, hypervisors,
					     hypervisor_count);
	leases_release(chosen.items, chosen.count, hypervisor->directory);
	free(chosen.items);
}

void findings_fix(struct finding_outcome *outcomes, size_t count,
		  struct hypervisor *hypervisors, size_t hypervisor_count)
{
	for (size_t host = 0; host < hypervisor_count; host++)
		host_release(outcomes, count, host, hypervisors, hypervisor_count);
	reservations_delete(outcomes, count, hypervisors);
}

static const char *fix_word(const struct finding_outcome *outcome)
{
	static const char *const words[] = {
		[FIX_NONE] = NULL, [FIX_RELEASE] = "release", [FIX_DELETE] = "delete"};

	return outcome->word ? outcome->word : words[outcome->finding->fix];
}

int findings_print(struct cli *cli, const struct finding_outcome *outcomes, size_t count)
{
	struct output *output = leases_output_begin(cli, cli->format, LEASES_FINDINGS);
	int status = CLI_DONE;

	for (size_t i = 0; i < count; i++) {
		const struct finding_outcome *outcome = &outcomes[i];
		const struct leases_row row = {
			.result = &outcome->finding->about,
			.event = finding_kind_word(outcome->finding->kind),
			.detail = outcome->finding->detail,
			.fix = fix_word(outcome),
		};

		output_record(output, &row);
		if (!outcome->fixed)
			status = CLI_NO;
		if (outcome->error.message)
			cli_error(cli, "%s", error_text(&outcome->error));
	}
	return cli_output_end(cli, output, status);
}
