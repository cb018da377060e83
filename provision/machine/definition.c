/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a hypervisor accepts a domain that is not defined yet, and has what it needs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/host/host_interface.h"
#include "provision/machine/definition.h"
#include "provision/machine/volume_at.h"

DEFINE_CLEANUP(virNWFilterPtr, virNWFilterFree)

/* The errors of this thread's last call that say nothing about the domain. */
static bool was_not_asked(void)
{
	static const int codes[] = {VIR_ERR_NO_SUPPORT,	    VIR_ERR_OPERATION_DENIED,
				    VIR_ERR_ACCESS_DENIED,  VIR_ERR_AUTH_FAILED,
				    VIR_ERR_AUTH_CANCELLED, VIR_ERR_RPC,
				    VIR_ERR_NO_CONNECT,	    VIR_ERR_INVALID_CONN,
				    VIR_ERR_NO_MEMORY,	    VIR_ERR_OPERATION_TIMEOUT};
	int code = virt_error_code();

	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++)
		if (code == codes[i])
			return true;
	return false;
}

static bool is_taken(virConnectPtr connection, const char *xml)
{
	CLEANUP(free_ptr)
	char *arguments = virConnectDomainXMLToNative(connection, "qemu-argv", xml, 0);

	return arguments != NULL;
}

/* It is reported for the need, more precisely. */
static bool is_need_missing(int code)
{
	return code == VIR_ERR_NO_STORAGE_VOL || code == VIR_ERR_NO_STORAGE_POOL;
}

/* A machine type that QEMU does not have is refused for what it would not have either,
 * such as buses. */
static void machine_type_explain(struct host *host,
				 const struct domain_question *question,
				 struct error *reason)
{
	CLEANUP(free_ptr) char *capabilities = NULL;

	if (!question->machine_type)
		return;
	capabilities = virConnectGetDomainCapabilities(host_connection(host)->connection,
						       question->emulator, question->arch,
						       question->machine_type, NULL, 0);
	if (!capabilities && virt_error_code() == VIR_ERR_INVALID_ARG)
		virt_error(reason, "%s does not accept the domain", host->config->name);
}

/* Other drivers build no command lines, or other ones. */
static bool has_qemu(virConnectPtr connection)
{
	const char *type = virConnectGetType(connection);

	return type && !strcmp(type, "QEMU");
}

enum definition_verdict definition_ask(struct host *host,
				       const struct domain_question *question,
				       struct error *reason)
{
	virConnectPtr connection = host_connection(host)->connection;
	const char *name = host->config->name;
	int code;

	if (!has_qemu(connection) || is_taken(connection, question->xml) ||
	    is_need_missing(virt_error_code()))
		return DEFINITION_FINE;
	if (was_not_asked()) {
		virt_error(reason, "%s could not be asked about the domain", name);
		return DEFINITION_UNKNOWN;
	}
	code = virt_error_code();
	virt_error(reason, "%s does not accept the domain", name);
	if (code == VIR_ERR_INTERNAL_ERROR && question->certain &&
	    is_taken(connection, question->certain)) {
		error_context(reason, "not known before it starts");
		return DEFINITION_UNKNOWN;
	}
	if (virConnectIsAlive(connection) != 1) {
		error_set(reason,
			  "%s could not be asked about the domain: the "
			  "connection was lost",
			  name);
		return DEFINITION_UNKNOWN;
	}
	machine_type_explain(host, question, reason);
	return DEFINITION_REFUSED;
}

/* After a look-up has failed. */
static enum definition_verdict missing(struct host *host, int code, const char *what,
				       const char *name, struct error *reason)
{
	if (virt_error_code() != code) {
		virt_error(reason, "%s \"%s\"", what, name);
		return DEFINITION_UNKNOWN;
	}
	error_set(reason, "no %s \"%s\" on %s", what, name, host->config->name);
	return DEFINITION_REFUSED;
}

static enum definition_verdict network_find(struct host *host, const char *name,
					    struct error *reason)
{
	virConnectPtr connection = host_connection(host)->connection;
	CLEANUP(virNetworkFree_ptr)
	virNetworkPtr network = virNetworkLookupByName(connection, name);
	CLEANUP(free_ptr) char *command = NULL;
	int is_active = network ? virNetworkIsActive(network) : -1;

	if (is_active < 0)
		return missing(host, VIR_ERR_NO_NETWORK, "network", name, reason);
	if (is_active)
		return DEFINITION_FINE;
	command = virsh_text(facts_command_uri(&host->facts), "net-start", name, NULL);
	error_set(reason, "network \"%s\" is not active on %s (%s)", name,
		  host->config->name, command);
	return DEFINITION_REFUSED;
}

static enum definition_verdict interface_find(struct host *host, const char *name,
					      struct error *reason)
{
	int found = host_interface_find(host_connection(host)->connection, name, reason);

	if (found < 0)
		return DEFINITION_UNKNOWN;
	if (found)
		return DEFINITION_FINE;
	error_set(reason, "no bridge or network device \"%s\" on %s", name,
		  host->config->name);
	return DEFINITION_REFUSED;
}

static enum definition_verdict filter_find(struct host *host, const char *name,
					   struct error *reason)
{
	CLEANUP(virNWFilterFree_ptr)
	virNWFilterPtr filter = virNWFilterLookupByName(host_connection(host)->connection,
							name);

	return filter ? DEFINITION_FINE
		      : missing(host, VIR_ERR_NO_NWFILTER, "network filter", name,
				reason);
}

/* A file that was created by hand is not known before its pool is refreshed, which is not
 * done here: a refresh that fails deactivates the pool. */
static enum definition_verdict volume_missing(const struct host *host, const char *pool,
					      const char *name, struct error *reason)
{
	CLEANUP(free_ptr)
	char *command = virsh_text(facts_command_uri(&host->facts), "pool-refresh", pool,
				   NULL);

	error_set(reason,
		  "no volume \"%s\" in pool \"%s\" on %s; if it was created without "
		  "libvirt: %s",
		  name, pool, host->config->name, command);
	return DEFINITION_REFUSED;
}

/* A program in a container may reach the system's libvirt, but not see its folders. */
static bool is_absent_here(const char *path)
{
	CLEANUP(free_ptr) char *folder = volume_at_folder(path);

	return access(path, F_OK) < 0 && errno == ENOENT && folder &&
	       access(folder, F_OK) == 0;
}

static enum definition_verdict stray_find(struct host *host, const char *path,
					  struct error *reason)
{
	bool is_local = virt_is_local(host_connection(host)->connection);

	if (is_local && access(path, F_OK) == 0)
		return DEFINITION_FINE;
	if (is_local && is_absent_here(path)) {
		error_set(reason, "no file or device \"%s\" on %s", path,
			  host->config->name);
		return DEFINITION_REFUSED;
	}
	error_set(reason, "\"%s\" is in no pool, so whether it exists on %s is not known",
		  path, host->config->name);
	return DEFINITION_UNKNOWN;
}

static enum definition_verdict file_find(struct host *host, const char *path,
					 struct error *reason)
{
	virConnectPtr connection = host_connection(host)->connection;
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByPath(connection, path);
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;

	if (volume)
		return DEFINITION_FINE;
	if (virt_error_code() != VIR_ERR_NO_STORAGE_VOL)
		return missing(host, VIR_ERR_NO_STORAGE_VOL, "volume", path, reason);
	/* Its pool has not seen it yet. */
	if (virt_is_local(connection) && access(path, F_OK) == 0)
		return DEFINITION_FINE;
	pool = volume_at_pool(connection, path);
	if (pool)
		return volume_missing(host, virStoragePoolGetName(pool), path, reason);
	if (virt_is_missing())
		return stray_find(host, path, reason);
	return missing(host, VIR_ERR_NO_STORAGE_POOL, "pool of", path, reason);
}

static enum definition_verdict volume_find(struct host *host,
					   const struct domain_need *need,
					   struct error *reason)
{
	virConnectPtr connection = host_connection(host)->connection;
	const char *name = need->pool ? need->pool : "";
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(connection, name);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;

	if (!pool)
		return missing(host, VIR_ERR_NO_STORAGE_POOL, "pool", name, reason);
	volume = virStorageVolLookupByName(pool, need->name);
	if (volume)
		return DEFINITION_FINE;
	if (virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
		return volume_missing(host, name, need->name, reason);
	return missing(host, VIR_ERR_NO_STORAGE_VOL, "volume", need->name, reason);
}

enum definition_verdict definition_need(struct host *host, const struct domain_need *need,
					struct error *reason)
{
	enum definition_verdict verdict = DEFINITION_UNKNOWN;

	switch (need->kind) {
	case DOMAIN_NETWORK:
		verdict = network_find(host, need->name, reason);
		break;
	case DOMAIN_INTERFACE:
		verdict = interface_find(host, need->name, reason);
		break;
	case DOMAIN_FILTER:
		verdict = filter_find(host, need->name, reason);
		break;
	case DOMAIN_FILE:
		verdict = file_find(host, need->name, reason);
		break;
	case DOMAIN_VOLUME:
		verdict = volume_find(host, need, reason);
		break;
	}
	if (verdict != DEFINITION_FINE)
		error_context(reason, "%s", need->device);
	return verdict;
}
