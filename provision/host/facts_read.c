/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the facts of a hypervisor from libvirt. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"
#include "leases/interface_xml.h"
#include "provision/host/domain_settled.h"
#include "provision/host/facts_read.h"
#include "provision/host/host_interface.h"
#include "provision/host/network_read.h"
#include "provision/host/domain_metadata.h"
#include "provision/batch/machine_volume.h"

static int pool_describe(virStoragePoolPtr handle, struct facts_pool *pool,
			 struct error *error)
{
	virStoragePoolInfo info;

	if (pool_folder_read(handle, &pool->type, &pool->path, error) < 0)
		return -1;
	if (virStoragePoolGetInfo(handle, &info) < 0)
		return virt_error(error, "the free space of pool %s", pool->name);
	pool->free_bytes = info.available;
	return 0;
}

static int pool_read(struct host *host, const char *key, const char *name,
		     virStoragePoolPtr *handle, struct facts_pool *pool,
		     struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *command = NULL;
	int is_active;

	pool->name = mem_string(name);
	*handle = virStoragePoolLookupByName(host->connection, name);
	if (!*handle && virt_error_code() == VIR_ERR_NO_STORAGE_POOL)
		return batch_hypervisor_error(host->config, key, errors,
					      "no pool \"%s\" on %s", name,
					      host->config->name);
	if (!*handle) {
		virt_error(&error, "pool %s", name);
		return batch_hypervisor_error_take(host->config, key, errors, &error);
	}
	is_active = virStoragePoolIsActive(*handle);
	if (is_active < 0) {
		virt_error(&error, "pool %s", name);
		return batch_hypervisor_error_take(host->config, key, errors, &error);
	}
	if (!is_active) {
		command = virsh_text(host->facts.uri, "pool-start", name, NULL);
		return batch_hypervisor_error(host->config, key, errors,
					      "pool \"%s\" is not active on %s (%s)",
					      name, host->config->name, command);
	}
	if (pool_describe(*handle, pool, &error) < 0)
		return batch_hypervisor_error_take(host->config, key, errors, &error);
	return 0;
}

/* As with Vmango, a network whose addresses a script assigns may be a bridge of the host.
 * Where libvirt can't list these, it is taken for one. */
static int bridge_read(struct host *host, struct error_list *errors)
{
	const char *name = host->config->network;
	CLEANUP(error_free) struct error error = {0};
	int found = host_interface_find(host->connection, name, &error);

	if (found < 0 && error.is_unasked)
		return batch_hypervisor_error_take(host->config, "network", errors,
						   &error);
	if (!found)
		return batch_hypervisor_error(host->config, "network", errors,
					      "no network and no bridge \"%s\" on %s",
					      name, host->config->name);
	host->facts.network.name = mem_string(name);
	host->facts.network.bridge = mem_string(name);
	host->facts.network.is_bridge = true;
	return 0;
}

static int network_find(struct host *host, bool if_active, struct error_list *errors)
{
	const char *name = host->config->network;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *command = NULL;
	int is_active;

	host->network = virNetworkLookupByName(host->connection, name);
	is_active = host->network ? virNetworkIsActive(host->network) : -1;
	if (if_active && (host->network ? !is_active : virt_is_missing())) {
		if (host->network)
			virNetworkFree(TAKE(host->network));
		return 0;
	}
	if (!host->network && virt_is_missing() && host->config->network_script)
		return bridge_read(host, errors);
	if (!host->network && virt_is_missing())
		return batch_hypervisor_error(host->config, "network", errors,
					      "no network \"%s\" on %s", name,
					      host->config->name);
	if (is_active < 0) {
		virt_error(&error, "network %s", name);
		return batch_hypervisor_error_take(host->config, "network", errors,
						   &error);
	}
	if (!is_active) {
		command = virsh_text(host->facts.uri, "net-start", name, NULL);
		return batch_hypervisor_error(host->config, "network", errors,
					      "network \"%s\" is not active on %s (%s)",
					      name, host->config->name, command);
	}
	if (network_read(host->network, 0, &host->facts.network, &error) < 0 ||
	    network_read_configured(host->network, &host->facts.network, &error) < 0)
		return batch_hypervisor_error_take(host->config, "network", errors,
						   &error);
	return 0;
}

/* A volume without an image's name is not an image; "vmango-imagetool list" reports it.
 */
static void image_read(struct host *host, virStorageVolPtr handle,
		       struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(volume_free) struct volume volume = {0};
	struct facts *facts = &host->facts;
	const char *id = virStorageVolGetName(handle);
	struct image_name name;

	if (image_marks_has(&facts->unfinished, id) ||
	    image_name_parse(id, strlen(id), &name, NULL) < 0)
		return;
	if (volume_read(handle, &volume, &error) < 0) {
		if (error.is_unasked)
			batch_hypervisor_error_take(host->config, "image_storage_pool",
						    errors, &error);
		return;
	}
	/* So does libvirt take an image whose first bytes are missing. */
	if (name.format == IMAGE_QCOW2 && !strcmp(volume.format, "raw")) {
		*array_add(&facts->unfinished) = TAKE(volume.name);
		return;
	}
	*array_add(&facts->images) = (struct facts_image){
		.name = name,
		.id = TAKE(volume.name),
		.path = TAKE(volume.path),
		.size_bytes = volume.allocation_bytes,
		.virtual_size_bytes = volume.capacity_bytes,
		.changed_s = volume.changed_s};
}

/* Ended by NULL; NULL on failure. */
static virStorageVolPtr *volumes_list(const struct host *host, virStoragePoolPtr pool,
				      const char *key, struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	virStorageVolPtr *volumes = volume_handles(pool, &error);

	if (!volumes) {
		error_context(&error, "pool %s", virStoragePoolGetName(pool));
		batch_hypervisor_error_take(host->config, key, errors, &error);
	}
	return volumes;
}

static void images_read(struct host *host, struct error_list *errors)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *volumes = volumes_list(host, host->images_pool,
						 "image_storage_pool", errors);
	struct facts *facts = &host->facts;

	for (size_t i = 0; volumes && volumes[i]; i++)
		image_marks_add(&facts->unfinished, virStorageVolGetName(volumes[i]));
	for (size_t i = 0; volumes && volumes[i]; i++)
		image_read(host, volumes[i], errors);
}

/* Only for those of machines, as it takes a call per volume. */
static bool is_machines(const struct facts *facts, const char *volume)
{
	const char *suffix;
	CLEANUP(free_ptr) char *machine = machine_of_volume(volume, &suffix);

	return machine && facts_domain_find(facts, machine);
}

/* The pool lists what it has seen; whether the file still exists is asked for here. */
static void volume_info_read(virStorageVolPtr handle, struct facts_volume *volume)
{
	virStorageVolInfo info;

	if (virStorageVolGetInfo(handle, &info) < 0) {
		volume->is_gone = virt_error_code() == VIR_ERR_NO_STORAGE_VOL ||
				  virt_is_no_file();
		return;
	}
	volume->capacity_bytes = info.capacity;
	volume->is_block = info.type == VIR_STORAGE_VOL_BLOCK;
}

static int volumes_list_read(struct host *host, struct error_list *errors)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *volumes = volumes_list(host, host->root_pool,
						 "root_storage_pool", errors);

	for (size_t i = 0; volumes && volumes[i]; i++) {
		struct facts_volume *volume = array_add(&host->facts.volumes);

		volume->name = mem_string(virStorageVolGetName(volumes[i]));
		if (is_machines(&host->facts, volume->name))
			volume_info_read(volumes[i], volume);
	}
	return volumes ? 0 : -1;
}

/* Whether the domain's disk at that path exists; -1: not known. */
static int disk_exists(const struct host *host, const char *uuid, const char *path,
		       uint64_t *capacity_bytes)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(host->connection, uuid);
	virDomainBlockInfo info;

	if (!domain)
		return -1;
	if (virDomainGetBlockInfo(domain, path, &info, 0) == 0) {
		*capacity_bytes = info.capacity;
		return 1;
	}
	/* No such file; or no such disk, so that nothing needs the volume. */
	return virt_is_no_file() || virt_error_code() == VIR_ERR_INVALID_ARG ? 0 : -1;
}

static void volume_add(struct facts *facts, const char *name, uint64_t capacity_bytes)
{
	*array_add(&facts->volumes) = (struct facts_volume){
		.name = mem_string(name), .capacity_bytes = capacity_bytes};
}

static void volume_look(struct host *host, const struct facts_domain *domain,
			const char *name)
{
	CLEANUP(free_ptr) char *path = NULL;
	uint64_t capacity_bytes = 0;
	int exists = -1;

	if (host->facts.root_pool.path) {
		path = mem_format("%s/%s", host->facts.root_pool.path, name);
		exists = disk_exists(host, domain->uuid, path, &capacity_bytes);
	}
	if (exists > 0)
		volume_add(&host->facts, name, capacity_bytes);
	else if (exists < 0)
		host->facts.volumes_are_old = true;
}

/*
 * A pool lists what it has seen last; another hypervisor that shares it may have created
 * the volumes of a machine that was migrated since. To refresh the pool would be a
 * change, as libvirt stops a pool whose refresh fails. QEMU says of a running guest's
 * disk that it exists even if it was deleted; so if none is listed, its pool is taken for
 * old.
 */
static void volumes_look(struct host *host, const struct facts_domain *domain)
{
	struct facts *facts = &host->facts;
	const struct metadata *metadata = &domain->metadata;
	size_t missing = 0;

	array_foreach(volume, &metadata->volumes)
		missing += !facts_volume_find(facts, volume->name);
	if (domain->active && missing < metadata->volumes.count)
		return;
	array_foreach(volume, &metadata->volumes) {
		if (!facts_volume_is_missing(facts, volume) ||
		    facts_volume_find(facts, volume->name))
			continue;
		if (domain->active)
			volume_add(facts, volume->name, 0);
		else
			volume_look(host, domain, volume->name);
	}
}

static void volumes_read(struct host *host, struct error_list *errors)
{
	/* Then no volume is known to be missing. */
	if (volumes_list_read(host, errors) < 0)
		host->facts.volumes_are_old = true;
	array_foreach(domain, &host->facts.domains) {
		if (domain->metadata.has_tools &&
		    domain->metadata.state == METADATA_READY)
			volumes_look(host, domain);
	}
}

static void pools_check(struct host *host, struct error_list *errors)
{
	const struct storage_pools pools = facts_pools(&host->facts);
	CLEANUP(error_free) struct error error = {0};
	const char *key;

	if (pools.image_type && pools.root_type &&
	    storage_pools_check(&pools, &key, &error) < 0)
		batch_hypervisor_error(host->config, key, errors, "%s",
				       error_text(&error));
}

/* The format of a machine's disk that it does not have any more, to attach it again. */
static void detached_read(struct host *host, const struct facts_domain *found)
{
	CLEANUP(free_ptr)
	char *name = machine_volume_name(found->name, MACHINE_VOLUME_DISK);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	array_foreach(known, &host->facts.volumes) {
		if (strcmp(known->name, name))
			continue;
		handle = virStorageVolLookupByName(host->root_pool, name);
		if (handle && volume_read(handle, &volume, NULL) == 0)
			known->format = TAKE(volume.format);
		return;
	}
}

/* The capacity of the file that the machine's disk writes to, if that is not the volume
 * created for it: a snapshot has added a file to its backing chain. */
static void overlay_read(struct host *host, struct facts_domain *found,
			 struct error_list *errors)
{
	CLEANUP(free_ptr)
	char *path = machine_volume_path(host->facts.root_pool.path, found->name,
					 MACHINE_VOLUME_DISK);
	struct domain_disk *disk = domain_disks_root(&found->disks, path);
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	CLEANUP(error_free) struct error error = {0};
	virDomainBlockInfo info;

	if (!disk)
		detached_read(host, found);
	if (!disk || !disk->chain.count || !strcmp(disk->chain.items[0], path))
		return;
	domain = virDomainLookupByUUIDString(host->connection, found->uuid);
	if (domain && virDomainGetBlockInfo(domain, disk->target, &info, 0) == 0) {
		disk->capacity_bytes = info.capacity;
	} else if (virt_is_unasked()) {
		virt_error(&error, "the size of disk %s of %s", disk->target,
			   found->name);
		batch_hypervisor_error_take(host->config, "url", errors, &error);
	}
}

static void storage_read(struct host *host, struct error_list *errors)
{
	const struct batch_hypervisor *config = host->config;

	if (pool_read(host, "image_storage_pool", config->image_pool, &host->images_pool,
		      &host->facts.images_pool, errors) == 0)
		images_read(host, errors);
	if (pool_read(host, "root_storage_pool", config->root_pool, &host->root_pool,
		      &host->facts.root_pool, errors) == 0)
		volumes_read(host, errors);
	pools_check(host, errors);
	if (!host->facts.root_pool.path)
		return;
	array_foreach(domain, &host->facts.domains) {
		if (domain->metadata.has_tools || domain->metadata.has_vmango)
			overlay_read(host, domain, errors);
	}
}

static int domain_parse(struct facts_domain *found, const char *text, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
	uint64_t number;

	if (xml_parse(&xml, text, strlen(text), error) < 0 ||
	    metadata_parse(text, strlen(text), &found->metadata, error) < 0 ||
	    interface_xml_parse(text, strlen(text), &interfaces, error) < 0)
		return -1;
	/* libvirt writes both itself, memory in KiB. */
	if (xml_number(&xml, NULL, "/domain/memory", &number) == 0)
		found->memory_bytes = number * 1024;
	if (xml_number(&xml, NULL, "/domain/vcpu", &number) == 0)
		found->cpus = found->cpus_online = (unsigned int)number;
	if (xml_number(&xml, NULL, "/domain/vcpu/@current", &number) == 0)
		found->cpus_online = (unsigned int)number;
	domain_disks_read(&xml, &found->disks);
	if (found->metadata.has_tools || found->metadata.has_vmango)
		domain_hardware_read(&xml, &found->hardware);
	array_foreach(interface, &interfaces) {
		struct facts_mac mac;

		if (interface->mac && mac_parse(interface->mac, mac.mac, NULL) == 0)
			*array_add(&found->macs) = mac;
	}
	return 0;
}

/* What the running guest has. It may stop meanwhile; then that is not known. */
static void live_read(virDomainPtr domain, struct facts_domain *found)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *text = NULL;

	if (!found->active || !found->hardware.is_known)
		return;
	text = virDomainGetXMLDesc(domain, 0);
	if (text && xml_parse(&xml, text, strlen(text), NULL) == 0)
		domain_hardware_read(&xml, &found->live);
}

static bool is_ignored(const struct host *host, const char *name)
{
	for (char **word = host->config->ignored_vms; word && *word; word++)
		if (!strcmp(*word, name))
			return true;
	return false;
}

/* Whether it is active is known from the list. */
static void state_read(virDomainPtr domain, struct facts_domain *found)
{
	int state, reason;

	found->active = virDomainGetID(domain) != (unsigned int)-1;
	if (!found->active || virDomainGetState(domain, &state, &reason, 0) < 0)
		return;
	found->active = state != VIR_DOMAIN_SHUTOFF;
	/* What arrives by a migration is not here yet. */
	if (domain_settled_arrives(state, reason))
		return;
	found->is_paused = state == VIR_DOMAIN_PAUSED;
	found->is_transient = virDomainIsPersistent(domain) == 0;
}

static void domain_read(struct host *host, virDomainPtr domain, struct error_list *errors)
{
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(error_free) struct error error = {0};
	struct facts_domain *found;
	int autostart;

	/* It may have been undefined since it was listed. A domain that can't be read for
	 * another reason must not be taken for a missing one. */
	if (!text && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return;
	if (!text) {
		virt_error(&error, "on %s", host->config->name);
		error_context(&error, "can't read domain %s", virDomainGetName(domain));
		error_list_take(errors, &error);
		return;
	}
	found = array_add(&host->facts.domains);
	found->name = mem_string(virDomainGetName(domain));
	virDomainGetUUIDString(domain, found->uuid);
	state_read(domain, found);
	found->is_unreadable = domain_parse(found, text, &error) < 0;
	if (found->is_unreadable && !is_ignored(host, found->name)) {
		error_context(&error, "domain %s on %s", found->name, host->config->name);
		error_list_take(errors, &error);
	}
	live_read(domain, found);
	found->is_overwritten = domain_metadata_prefer_live(domain, &found->metadata);
	if (found->metadata.has_tools && !found->active)
		found->was_migrated = domain_was_migrated(domain);
	if ((found->metadata.has_tools || found->metadata.has_vmango) &&
	    virDomainGetAutostart(domain, &autostart) == 0)
		found->autostart = autostart;
}

static int domains_read(struct host *host, struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) virDomainPtr *domains = NULL;
	int count = virConnectListAllDomains(host->connection, &domains, 0);

	if (count < 0) {
		virt_error(&error, "can't list domains");
		return batch_hypervisor_error_take(host->config, "url", errors, &error);
	}
	for (int i = 0; i < count; i++) {
		domain_read(host, domains[i], errors);
		virDomainFree(domains[i]);
	}
	return 0;
}

/* The node's model is its architecture in libvirt; capabilities can take seconds. */
static int node_read(struct host *host, struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	virNodeInfo node;

	if (virNodeGetInfo(host->connection, &node) < 0) {
		virt_error(&error, "can't ask for its processor and memory");
		return batch_hypervisor_error_take(host->config, "url", errors, &error);
	}
	host->facts.memory_bytes = (uint64_t)node.memory * 1024;
	host->facts.arch = mem_substring(node.model,
					 strnlen(node.model, sizeof(node.model)));
	return 0;
}

void facts_read_capabilities(struct host *host)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr archs = NULL;
	CLEANUP(free_ptr) char *text = NULL;
	struct facts *facts = &host->facts;

	if (facts->has_capabilities)
		return;
	text = virConnectGetCapabilities(host->connection);
	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return;
	facts->has_capabilities = true;
	facts->host_uuid = xml_string(&xml, NULL, "/capabilities/host/uuid");
	archs = xml_nodes(&xml, NULL, "/capabilities/guest/arch[domain/@type='kvm']");
	xml_foreach(node, archs)
	{
		char *arch = xml_string(&xml, node, "@name");

		if (arch)
			*array_add(&facts->kvm_archs) = arch;
	}
}

enum facts_activity facts_activity_of(int state, int reason, int job)
{
	if (job != VIR_DOMAIN_JOB_NONE)
		return FACTS_MIGRATES;
	switch (state) {
	case VIR_DOMAIN_SHUTOFF:
	case VIR_DOMAIN_CRASHED:
		return FACTS_OFF;
	case VIR_DOMAIN_PAUSED:
		if (reason == VIR_DOMAIN_PAUSED_MIGRATION ||
		    reason == VIR_DOMAIN_PAUSED_POSTCOPY ||
		    reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED ||
		    reason == VIR_DOMAIN_PAUSED_STARTING_UP)
			return FACTS_MIGRATES;
		return FACTS_RUNS;
	case VIR_DOMAIN_RUNNING:
		return reason == VIR_DOMAIN_RUNNING_POSTCOPY ? FACTS_MIGRATES
							     : FACTS_RUNS;
	case VIR_DOMAIN_BLOCKED:
	case VIR_DOMAIN_SHUTDOWN:
	case VIR_DOMAIN_PMSUSPENDED:
		return FACTS_RUNS;
	default:
		return FACTS_ACTIVITY_UNKNOWN;
	}
}

static enum facts_activity activity_ask(virDomainPtr domain)
{
	virDomainJobInfo job = {0};
	int state, reason;

	if (virDomainGetState(domain, &state, &reason, 0) < 0)
		return FACTS_ACTIVITY_UNKNOWN;
	/* A domain that is shut off has no job; asking for it would be an error. */
	if (state != VIR_DOMAIN_SHUTOFF && virDomainGetJobInfo(domain, &job) < 0 &&
	    virt_error_code() != VIR_ERR_NO_SUPPORT)
		return FACTS_ACTIVITY_UNKNOWN;
	return facts_activity_of(state, reason, job.type);
}

void facts_read_activity(const struct host *host, struct facts_domain *found)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(host->connection, found->uuid);

	if (!domain)
		return;
	found->activity = activity_ask(domain);
	found->is_settled = domain_is_settled_in(domain);
	found->is_idle = domain_is_off(domain);
	found->was_migrated = domain_was_migrated(domain);
}

#if LIBVIR_CHECK_VERSION(5, 5, 0)
static bool port_exists(virNetworkPortPtr *ports, const char *uuid)
{
	for (size_t i = 0; ports[i]; i++) {
		char text[VIR_UUID_STRING_BUFLEN] = "";

		if (virNetworkPortGetUUIDString(ports[i], text) == 0 &&
		    !strcasecmp(text, uuid))
			return true;
	}
	return false;
}

/* Guests stay without a connection after their network was stopped and started. */
static void ports_read(struct host *host)
{
	virNetworkPortPtr *ports = NULL;

	if (!host->network || virNetworkIsActive(host->network) != 1 ||
	    virNetworkListAllPorts(host->network, &ports, 0) < 0)
		return;
	array_foreach(domain, &host->facts.domains) {
		array_foreach(nic, &domain->live.nics)
			nic->is_detached = nic->port &&
					   text_equal(nic->source,
						      host->config->network) &&
					   !port_exists(ports, nic->port);
	}
	for (size_t i = 0; ports[i]; i++)
		virNetworkPortFree(ports[i]);
	free(ports);
}
#else
static void ports_read(struct host *host)
{
	(void)host;
}
#endif

int facts_read(struct host *host, unsigned int parts, struct error_list *errors)
{
	size_t before = errors->count;

	node_read(host, errors);
	if (parts & FACTS_DOMAINS)
		domains_read(host, errors);
	if (parts & FACTS_STORAGE)
		storage_read(host, errors);
	if (parts & (FACTS_NETWORK | FACTS_NETWORK_IF_ACTIVE))
		network_find(host, parts & FACTS_NETWORK_IF_ACTIVE, errors);
	if (parts & FACTS_CAPABILITIES)
		facts_read_capabilities(host);
	ports_read(host);
	array_foreach(domain, &host->facts.domains) {
		if (parts & FACTS_ACTIVITY && domain->metadata.has_tools)
			facts_read_activity(host, domain);
	}
	return errors->count > before ? -1 : 0;
}
