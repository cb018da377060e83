/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding volumes and reservations with the names of a machine that does not own them. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/batch/machine_volume.h"
#include "provision/machine/orphans.h"
#include "provision/plan/orphan_text.h"

/* After a look-up has failed. */
static void lookup_failed(const char *name, struct error_list *messages)
{
	CLEANUP(error_free) struct error error = {0};

	if (virt_is_missing())
		return;
	virt_error(&error, "whether %s is left is not known", name);
	error_list_take(messages, &error);
}

static void volume_find(const struct host *host, virStoragePoolPtr pool, const char *name,
			struct error_list *messages)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
	CLEANUP(free_ptr) char *text = NULL;

	if (!volume) {
		lookup_failed(name, messages);
		return;
	}
	text = orphan_volume_text(&host->facts, name);
	error_list_add(messages, "%s", text);
}

void orphans_find(const struct host *host, const char *machine,
		  struct error_list *messages)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(host->connection,
							    host->config->root_pool);
	const struct network_host *found = network_host_by_name(&host->facts.network,
								machine);

	if (!pool)
		lookup_failed(machine, messages);
	for (enum machine_volume_kind kind = 0; pool && kind < MACHINE_VOLUME_KINDS;
	     kind++) {
		CLEANUP(free_ptr) char *name = machine_volume_name(machine, kind);

		volume_find(host, pool, name, messages);
	}
	if (found) {
		CLEANUP(free_ptr)
		char *text = orphan_reservation_text(&host->facts, found);

		error_list_add(messages, "%s", text);
	}
}
