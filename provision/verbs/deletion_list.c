/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What will be deleted with each machine, read from its hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_metadata.h"
#include "provision/host/host_connection.h"
#include "provision/host/host_use.h"
#include "provision/machine/machine_claim.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/run.h"
#include "provision/verbs/deletion_list.h"

enum { WORKERS = 4 }; /* as many as machines at a time on a hypervisor */

void deletion_list_free(struct deletion_list *list)
{
	array_foreach(deletion, &list->items)
		error_free(&deletion->error);
	free(list->items.items);
}

static int volumes_find(struct host *host, virDomainPtr domain, struct metadata *metadata,
			struct error *error)
{
	CLEANUP(machine_claim_free)
	struct machine_claim claim = {
		.host = host, .domain = domain, .metadata = metadata};
	struct volume_use *use;
	int status;

	machine_remove_away(host, metadata);
	if (machine_claim_read(&claim, error) < 0 || host_use_hold(host, &use, error) < 0)
		return -1;
	status = machine_claim_disks(&claim, use, error);
	if (status == 0)
		status = machine_claim_users(&claim, use, error);
	host_use_release(host);
	return status;
}

/* A domain that no longer exists has nothing to delete. */
static int change_read(struct change *change, struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (host_domain_find(change->host, change->domain->uuid, &domain, error) < 0)
		return -1;
	if (!domain)
		return 0;
	if (domain_metadata_read(domain, change->deleted, error) < 0)
		return -1;
	return volumes_find(change->host, domain, change->deleted, error);
}

static void deletion_read(void *data, size_t index)
{
	const struct deletion_list *list = data;
	struct deletion *deletion = &list->items.items[index];

	change_read(deletion->change, &deletion->error);
	host_connection_release(deletion->change->host);
}

void deletion_list_read(struct changes *changes, struct deletion_list *list)
{
	struct run run = {.workers = WORKERS};

	array_foreach(change, &changes->list) {
		if (change->action != ACTION_DELETE || !change->host)
			continue;
		change->deleted = mem_zero(1, sizeof(*change->deleted));
		*array_add(&list->items) = (struct deletion){.change = change};
	}
	run_each(&run, list->items.count, deletion_read, list);
}
