/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor that leases are read from: its connection and its files. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "leases/hypervisor.h"
#include "leases/lease_dir.h"

/* Whether a URI that can't be opened may be that of this host. */
static bool uri_may_be_local(const char *uri)
{
	if (!uri)
		uri = getenv("LIBVIRT_DEFAULT_URI");
	return !uri || !*uri || virt_uri_is_local(uri);
}

int hypervisor_reconnect(struct hypervisor *hypervisor, bool read_only,
			 struct error *error)
{
	struct error denied = {0};
	virConnectPtr connection = virt_open(hypervisor->uri, read_only, &denied);

	if (!connection && !read_only &&
	    (denied.is_denied || uri_may_be_local(hypervisor->uri)))
		connection = virt_open(hypervisor->uri, true, error);
	else if (!connection)
		error_move(error, &denied);
	error_free(&denied);
	if (!connection)
		return -1;
	hypervisor->connection = connection;
	hypervisor->directory = virt_is_local(connection) ? LEASE_DIR_DEFAULT : NULL;
	return 0;
}

int hypervisor_open(struct hypervisor *hypervisor, bool read_only, struct error *error)
{
	if (hypervisor_reconnect(hypervisor, read_only, error) == 0)
		return 0;
	if (!uri_may_be_local(hypervisor->uri) || access(LEASE_DIR_DEFAULT, R_OK) < 0)
		return -1;
	hypervisor->directory = LEASE_DIR_DEFAULT;
	error_context(error, "reading only the lease files");
	error_list_take(&hypervisor->facts.problems, error);
	return 0;
}

void hypervisor_use_directory(struct hypervisor *hypervisor, const char *directory)
{
	hypervisor->directory = directory;
}

void hypervisor_disconnect(struct hypervisor *hypervisor)
{
	virConnectClose_ptr(&hypervisor->connection);
	hypervisor->connection = NULL;
}

void hypervisor_close(struct hypervisor *hypervisor)
{
	hypervisor_facts_clear(&hypervisor->facts, false);
	hypervisor_disconnect(hypervisor);
	hypervisor->directory = NULL;
}

bool hypervisor_is_alive(const struct hypervisor *hypervisor)
{
	return hypervisor->connection && virConnectIsAlive(hypervisor->connection) == 1;
}
