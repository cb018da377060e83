/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The leases that the NICs of a guest have on this host. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "hooks/guest_leases.h"
#include "leases/lease_match.h"
#include "leases/network_bridge.h"

const struct lease_file *guest_leases_file(const struct guest_leases *found,
					   const char *bridge)
{
	array_foreach(file, &found->files) {
		if (!strcmp(file->bridge, bridge))
			return file;
	}
	return NULL;
}

/* NULL for a network without a bridge, such as one in macvtap mode. */
static int nic_bridge(const char *lease_directory, const char *state_directory,
		      const struct nic *nic, char **bridge, struct error *error)
{
	if (nic->type == NIC_NETWORK)
		return network_bridge_find(state_directory, lease_directory, nic->source,
					   bridge, error);
	*bridge = mem_string(nic->source);
	return 0;
}

static bool is_known(const struct lease_list *leases, const struct lease *lease)
{
	array_foreach(known, leases) {
		if (lease_same(known, lease) && !strcmp(known->bridge, lease->bridge))
			return true;
	}
	return false;
}

/* Two NICs with the same MAC on the same bridge find the same leases. */
static void leases_merge(const struct lease_list *matching, struct lease_list *leases)
{
	array_foreach(lease, matching) {
		if (!is_known(leases, lease))
			lease_list_copy(leases, lease);
	}
}

static int nic_search(const char *lease_directory, const char *state_directory,
		      const struct nic *nic, struct guest_leases *found,
		      struct error_list *problems, struct error *error)
{
	CLEANUP(free_ptr) char *bridge = NULL;
	CLEANUP(lease_file_free) struct lease_file file = {0};
	CLEANUP(lease_list_free) struct lease_list all = {0}, matching = {0};

	if (nic_bridge(lease_directory, state_directory, nic, &bridge, error) < 0)
		return -1;
	if (!bridge)
		return 0;
	if (lease_file_find(lease_directory, bridge, &file, error) < 0)
		return -1;
	if (!file.path)
		return 0;
	/* The file's errors are reported once, not for each NIC. */
	if (lease_file_read(&file, &all,
			    guest_leases_file(found, bridge) ? NULL : problems,
			    error) < 0)
		return -1;
	lease_match(&all, nic->mac, &matching);
	leases_merge(&matching, &found->leases);
	if (!guest_leases_file(found, bridge)) {
		*array_add(&found->files) = file;
		file = (struct lease_file){0};
	}
	return 0;
}

void guest_leases_find(const char *lease_directory, const char *state_directory,
		       const struct nic_list *nics, struct guest_leases *found,
		       struct error_list *problems)
{
	array_foreach(nic, &nics->nics) {
		struct error error = {0};

		if (nic_search(lease_directory, state_directory, nic, found, problems,
			       &error) < 0) {
			char mac[MAC_TEXT_MAX];

			error_context(&error, "interface %s", mac_format(nic->mac, mac));
			error_list_take(problems, &error);
		}
	}
}

void guest_leases_free(struct guest_leases *found)
{
	if (!found)
		return;
	lease_list_free(&found->leases);
	array_foreach(file, &found->files)
		lease_file_free(file);
	free(found->files.items);
	*found = (struct guest_leases){0};
}
