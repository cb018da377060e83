/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adopting a machine of another owner: only its metadata change. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "provision/host/metadata_write.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/volume.h"
#include "provision/host/host_connection.h"
#include "provision/batch/identity.h"
#include "provision/machine/machine_adopt.h"
#include "provision/host/domain_metadata.h"
#include "provision/machine/machine_guard.h"
#include "provision/machine/machine_metadata.h"
#include "provision/plan/machine_xml.h"

/* A volume that may be the machine's. */
struct candidate {
	virStoragePoolPtr pool;
	const char *pool_name;
	char *name, *path;
};

/* Whether the volume is a disk of the domain, or in the backing chain of one. */
static bool xml_uses(const char *text, const struct candidate *volume)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr sources = NULL;

	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return false;
	sources = xml_nodes(&xml, NULL, "/domain/devices/disk//source");
	xml_foreach(node, sources)
	{
		CLEANUP(free_ptr) char *path = xml_string(&xml, node, "@file|@dev");
		CLEANUP(free_ptr) char *pool = xml_string(&xml, node, "@pool");
		CLEANUP(free_ptr) char *name = xml_string(&xml, node, "@volume");

		if ((path && !strcmp(path, volume->path)) ||
		    (pool && name && !strcmp(pool, volume->pool_name) &&
		     !strcmp(name, volume->name)))
			return true;
	}
	return false;
}

/* In the configuration, or in the running guest. 1, 0, or -1 if that is unknown. */
static int domain_uses(virDomainPtr domain, const struct candidate *volume,
		       struct error *error)
{
	static const unsigned int flags[] = {VIR_DOMAIN_XML_INACTIVE, 0};

	for (size_t i = 0; i < ARRAY_LENGTH(flags); i++) {
		CLEANUP(free_ptr) char *xml = virDomainGetXMLDesc(domain, flags[i]);

		if (!xml && virt_error_code() == VIR_ERR_NO_DOMAIN)
			return 0;
		if (!xml)
			return virt_error(error, "can't read a domain");
		if (xml_uses(xml, volume))
			return 1;
	}
	return 0;
}

/* Whether a domain of that hypervisor other than the machine's own has the volume. */
static int host_uses(const struct host *host, const char *uuid,
		     const struct candidate *volume, struct error *error)
{
	CLEANUP(free_ptr) virDomainPtr *domains = NULL;
	int count = virConnectListAllDomains(host->connection, &domains, 0), status = 0;

	if (count < 0)
		return virt_error(error, "can't list the domains of %s",
				  host->config->name);
	for (int i = 0; i < count; i++) {
		char other[VIR_UUID_STRING_BUFLEN] = "";

		virDomainGetUUIDString(domains[i], other);
		if (status == 0 && strcmp(other, uuid))
			status = domain_uses(domains[i], volume, error);
		virDomainFree(domains[i]);
	}
	return status;
}

/* Whether another volume of the pool is based on this one. */
static int pool_uses(const struct candidate *volume, struct error *error)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *others = volume_handles(volume->pool, error);
	static const char path[] = "/volume/backingStore/path";

	if (!others)
		return -1;
	for (size_t i = 0; others[i]; i++) {
		CLEANUP(free_ptr) char *text = virStorageVolGetXMLDesc(others[i], 0);
		CLEANUP(xml_free) struct xml xml = {0};
		CLEANUP(free_ptr) char *backing = NULL;

		/* A volume that can't be read may be based on it. */
		if (!text && virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
			continue;
		if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
			return 1;
		backing = xml_string(&xml, NULL, path);
		if (backing && !strcmp(backing, volume->path))
			return 1;
	}
	return 0;
}

/* 1 if only the machine uses the volume. */
static int is_own(const struct hosts *hosts, virDomainPtr domain, const char *uuid,
		  const struct candidate *volume, struct error *error)
{
	int status = domain_uses(domain, volume, error);

	if (status <= 0)
		return status;
	for (size_t i = 0; i < hosts->count; i++) {
		const struct host *host = &hosts->list[i];

		status = host->connection ? host_uses(host, uuid, volume, error) : 0;
		if (status)
			return status < 0 ? -1 : 0;
	}
	status = pool_uses(volume, error);
	return status < 0 ? -1 : !status;
}

/* Adds the machine's volumes of one pool. A missing pool has none. */
static int pool_take(const struct hosts *hosts, struct change *change,
		     virDomainPtr domain, const char *pool_name, struct error *error)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(change->host->connection,
							    pool_name);

	if (!pool && virt_error_code() == VIR_ERR_NO_STORAGE_POOL)
		return 0;
	if (!pool)
		return virt_error(error, "pool %s", pool_name);
	for (enum machine_volume_kind kind = 0; kind < MACHINE_VOLUME_KINDS; kind++) {
		CLEANUP(free_ptr)
		char *name = machine_volume_name(change->name, kind);
		CLEANUP(virStorageVolFree_ptr)
		virStorageVolPtr handle = virStorageVolLookupByName(pool, name);
		CLEANUP(free_ptr)
		char *path = handle ? virStorageVolGetPath(handle) : NULL;
		const struct candidate volume = {pool, pool_name, name, path};
		int status = path ? is_own(hosts, domain, change->uuid, &volume, error)
				  : 0;
		struct metadata_volume *own;

		if (status < 0)
			return -1;
		if (!status)
			continue;
		own = array_add(&change->adopted->volumes);
		own->pool = mem_string(pool_name);
		own->name = TAKE(name);
	}
	return 0;
}

static bool pool_is_taken(const struct change *change, size_t before)
{
	const struct metadata *claimed = &change->domain->metadata;
	const char *name = claimed->volumes.items[before].pool;

	if (!strcmp(name, change->facts->config->root_pool))
		return true;
	for (size_t i = 0; i < before; i++)
		if (!strcmp(claimed->volumes.items[i].pool, name))
			return true;
	return false;
}

static int volumes_take(const struct hosts *hosts, struct change *change,
			virDomainPtr domain, struct error *error)
{
	const struct metadata *claimed = &change->domain->metadata;

	if (pool_take(hosts, change, domain, change->facts->config->root_pool, error) < 0)
		return -1;
	for (size_t i = 0; i < claimed->volumes.count; i++) {
		if (!pool_is_taken(change, i) &&
		    pool_take(hosts, change, domain, claimed->volumes.items[i].pool,
			      error) < 0)
			return -1;
	}
	return 0;
}

/* A network script's reservation is only known from the metadata; libvirt's is looked up.
 */
static void reservation_take(struct change *change)
{
	const struct metadata_reservation *claimed =
		&change->domain->metadata.reservation;
	struct metadata_reservation *own = &change->adopted->reservation;
	const struct network *network = &change->facts->network;
	const struct network_host *entry = network_host_by_mac(network, change->mac);

	if (claimed->network && claimed->by_script &&
	    !strcmp(claimed->network, change->facts->config->network) &&
	    mac_equal(claimed->mac, change->mac)) {
		*own = *claimed;
		own->network = mem_string(claimed->network);
		own->name = mem_string(claimed->name);
		return;
	}
	if (!entry || !entry->name || strcmp(entry->name, change->name))
		return;
	own->network = mem_string(change->facts->config->network);
	memcpy(own->mac, change->mac, MAC_SIZE);
	own->ip = entry->address;
	own->name = mem_string(change->name);
}

static bool has_volume(const struct metadata *metadata, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	array_foreach(volume, &metadata->volumes) {
		if (!strcmp(volume->name, base))
			return true;
	}
	return false;
}

static int disks_note(const struct change *change, virDomainPtr domain,
		      struct error_list *notes, struct error *error)
{
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr sources = NULL;

	if (!text)
		return virt_error(error, "can't read the domain");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	sources = xml_nodes(&xml, NULL,
			    "/domain/devices/disk/source/@file|/domain/devices/disk/"
			    "source/@dev|/domain/devices/disk/source/@volume");
	xml_foreach(node, sources)
	{
		CLEANUP(free_ptr) char *path = xml_string(&xml, node, ".");

		if (path && *path && !has_volume(change->adopted, path))
			error_list_add(
				notes,
				"%s: disk %s is not known to be its own; destroy does "
				"not delete it",
				change->name, path);
	}
	return 0;
}

static void identity_put(const struct change *change, struct metadata *metadata)
{
	const struct metadata *claimed = &change->domain->metadata;
	char text[UUID_STR_LEN];
	uuid_t uuid;

	*metadata = (struct metadata){.has_tools = true, .state = METADATA_READY};
	metadata->batch = mem_string(change->batch);
	metadata->batch_file = mem_string(change->batch_file);
	identity_uuid(change->batch, change->name, uuid, text);
	if (strcasecmp(text, change->domain->uuid)) {
		metadata->adopted = mem_string(change->domain->uuid);
		metadata->adopted_name = mem_string(change->domain->name);
	}
	metadata->protect = claimed->protect;
	metadata->input_hash = mem_string(claimed->input_hash ? claimed->input_hash
							      : "adopted");
	metadata->instance_serial = claimed->has_tools ? claimed->instance_serial : 1;
	metadata->drive_hash = mem_string(claimed->drive_hash);
	metadata->userdata_hash = mem_string(claimed->userdata_hash);
	metadata->userdata_hash_size = claimed->userdata_hash_size;
	metadata->token = mem_string(claimed->token);
}

int machine_adopt_plan(const struct hosts *hosts, struct change *change,
		       struct error_list *notes, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);

	if (!domain)
		return -1;
	change->adopted = mem_zero(1, sizeof(*change->adopted));
	identity_put(change, change->adopted);
	reservation_take(change);
	if (volumes_take(hosts, change, domain, error) < 0)
		return -1;
	return disks_note(change, domain, notes, error);
}

int machine_adopt_lock(const struct hosts *hosts, struct change *change,
		       struct error *error)
{
	const char *batch = change->domain->metadata.batch;
	struct owner self;
	uuid_t own, token;

	if (!hosts->job.owner || !batch || !strcmp(batch, change->batch))
		return 0;
	/* One token for all machines of that batch, so that its lock can be taken
	 * repeatedly. */
	self = *hosts->job.owner;
	uuid_parse(self.token, own);
	uuid_generate_sha1(token, own, batch, strlen(batch));
	uuid_unparse_lower(token, self.token);
	return hosts_lock(hosts, change->host, &self, batch, &change->former, error);
}

/* Fails if the domain's metadata have changed since the plan was made. */
static int metadata_recheck(virDomainPtr domain, const struct metadata *planned,
			    struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(metadata_free) struct metadata now = {0};
	CLEANUP(free_ptr) char *then_text = NULL;
	CLEANUP(free_ptr) char *now_text = NULL;

	if (!xml)
		return virt_error(error, "can't read the domain");
	if (metadata_parse(xml, strlen(xml), &now, error) < 0)
		return -1;
	domain_metadata_prefer_live(domain, &now);
	if (planned->has_tools)
		then_text = metadata_tools_element(planned, NULL);
	if (now.has_tools)
		now_text = metadata_tools_element(&now, NULL);
	if (now.has_tools != planned->has_tools || !text_equal(now_text, then_text))
		return error_set(error, "its metadata have changed meanwhile");
	return 0;
}

int machine_adopt(struct run *run, const struct change *change, struct error *error)
{
	struct run former = *run;
	struct machine_guard guard = {0};
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);
	int status;

	former.owner = change->former;
	if (!domain)
		return -1;
	if (metadata_recheck(domain, &change->domain->metadata, error) < 0 ||
	    run_step(run, change->name, "adopt", error) < 0)
		return -1;
	machine_guard_set(&former, &guard, domain, change->domain->name,
			  &change->domain->metadata);
	status = machine_metadata_store(&former, domain, change->adopted, error);
	machine_guard_end(&former, &guard);
	return status;
}
