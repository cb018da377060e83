/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at a hypervisor: what of the batch's needs is there. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/volume.h"
#include "provision/host/host.h"
#include "provision/machine/machine_metadata.h"

static int pool_describe(struct host_pool *pool, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *text = virStoragePoolGetXMLDesc(pool->pool, 0);
	virStoragePoolInfo info;

	if (!text)
		return virt_error(error, "pool %s", pool->name);
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return error_context(error, "pool %s", pool->name);
	pool->type = xml_string(&xml, NULL, "/pool/@type");
	pool->path = xml_string(&xml, NULL, "/pool/target/path");
	if (virStoragePoolGetInfo(pool->pool, &info) == 0)
		pool->free_bytes = info.available;
	return 0;
}

static int pool_find(struct host *host, const char *key, const char *name,
		     struct host_pool *pool, struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};

	pool->name = mem_string(name);
	pool->pool = virStoragePoolLookupByName(host->connection, name);
	if (!pool->pool && virt_error_code() == VIR_ERR_NO_STORAGE_POOL)
		return batch_hypervisor_error(host->config, key, errors,
					      "no pool \"%s\" on %s", name,
					      host->config->name);
	if (!pool->pool) {
		virt_error(&error, "pool %s", name);
		return batch_hypervisor_error(host->config, key, errors, "%s",
					      error_text(&error));
	}
	if (virStoragePoolIsActive(pool->pool) != 1)
		return batch_hypervisor_error(
			host->config, key, errors,
			"pool \"%s\" is not active on %s (virsh pool-start %s)", name,
			host->config->name, name);
	if (pool_describe(pool, &error) < 0)
		return batch_hypervisor_error(host->config, key, errors, "%s",
					      error_text(&error));
	return 0;
}

static int network_read(struct host *host, struct error *error)
{
	CLEANUP(free_ptr) char *text = virNetworkGetXMLDesc(host->network_handle, 0);

	if (!text)
		return virt_error(error, "network %s", host->config->network);
	if (network_parse(text, strlen(text), &host->network, error) < 0)
		return error_context(error, "network %s", host->config->network);
	return 0;
}

static int network_find(struct host *host, struct error_list *errors)
{
	const char *name = host->config->network;
	CLEANUP(error_free) struct error error = {0};

	host->network_handle = virNetworkLookupByName(host->connection, name);
	if (!host->network_handle)
		return batch_hypervisor_error(host->config, "network", errors,
					      "no network \"%s\" on %s", name,
					      host->config->name);
	if (virNetworkIsActive(host->network_handle) != 1)
		return batch_hypervisor_error(
			host->config, "network", errors,
			"network \"%s\" is not active on %s (virsh net-start %s)", name,
			host->config->name, name);
	if (network_read(host, &error) < 0)
		return batch_hypervisor_error(host->config, "network", errors, "%s",
					      error_text(&error));
	return 0;
}

static void image_add(struct host *host, virStorageVolPtr handle)
{
	CLEANUP(volume_free) struct volume volume = {0};
	const char *id = virStorageVolGetName(handle);
	struct image_name name;

	/* Misnamed files are nobody's images; vmango-imagetool list says which they are.
	 */
	if (image_marks_has(&host->unfinished, id) ||
	    image_name_parse(id, strlen(id), &name, NULL) < 0 ||
	    volume_read(handle, &volume, NULL) < 0)
		return;
	*array_add(&host->images) = (struct host_image){
		.name = name,
		.id = TAKE(volume.name),
		.path = TAKE(volume.path),
		.size_bytes = volume.allocation_bytes,
		.virtual_size_bytes = volume.capacity_bytes,
		.changed_s = volume.changed_s};
}

/* NULL-ended; NULL on failure. */
static virStorageVolPtr *volumes_find(const struct host *host,
				      const struct host_pool *pool, const char *key,
				      struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	virStorageVolPtr *volumes = volume_handles(pool->pool, &error);

	if (!volumes)
		batch_hypervisor_error(host->config, key, errors, "pool %s: %s",
				       pool->name, error_text(&error));
	return volumes;
}

static void images_find(struct host *host, struct error_list *errors)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *volumes = volumes_find(host, &host->images_pool,
						 "image_storage_pool", errors);

	for (size_t i = 0; volumes && volumes[i]; i++)
		image_marks_add(&host->unfinished, virStorageVolGetName(volumes[i]));
	for (size_t i = 0; volumes && volumes[i]; i++)
		image_add(host, volumes[i]);
}

static void root_volumes_find(struct host *host, struct error_list *errors)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *volumes = volumes_find(host, &host->root_pool,
						 "root_storage_pool", errors);

	for (size_t i = 0; volumes && volumes[i]; i++)
		*array_add(&host->volumes) = mem_string(virStorageVolGetName(volumes[i]));
}

static int domain_read(struct host_domain *found, const char *text, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr interfaces = NULL;
	uint64_t number;

	if (xml_parse(&xml, text, strlen(text), error) < 0 ||
	    metadata_parse(text, strlen(text), &found->metadata, error) < 0)
		return -1;
	/* libvirt writes both itself, memory in KiB. */
	if (xml_number(&xml, NULL, "/domain/memory", &number) == 0)
		found->memory_bytes = number * 1024;
	if (xml_number(&xml, NULL, "/domain/vcpu", &number) == 0)
		found->cpus = (unsigned int)number;
	domain_disks_read(&xml, &found->disks);
	interfaces = xml_nodes(&xml, NULL, "/domain/devices/interface");
	xml_foreach(node, interfaces)
	{
		CLEANUP(free_ptr) char *address = xml_string(&xml, node, "mac/@address");
		struct host_mac mac;

		if (address && mac_parse(address, mac.mac, NULL) == 0)
			*array_add(&found->macs) = mac;
	}
	return 0;
}

static bool is_ignored(const struct host *host, const char *name)
{
	for (char **word = host->config->ignored_vms; word && *word; word++)
		if (!strcmp(*word, name))
			return true;
	return false;
}

static void domain_add(struct host *host, virDomainPtr domain, struct error_list *errors)
{
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(error_free) struct error error = {0};
	struct host_domain *found;
	int autostart;

	/* It may have been undefined since it was listed. One that can't be read for
	 * another reason must not look like one that is missing. */
	if (!text && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return;
	if (!text) {
		virt_error(&error, "can't read a domain of %s", host->config->name);
		error_list_take(errors, &error);
		return;
	}
	found = array_add(&host->domains);
	found->name = mem_string(virDomainGetName(domain));
	virDomainGetUUIDString(domain, found->uuid);
	found->active = virDomainIsActive(domain) == 1;
	found->is_unreadable = domain_read(found, text, &error) < 0;
	if (found->is_unreadable && !is_ignored(host, found->name)) {
		error_context(&error, "domain %s on %s", found->name, host->config->name);
		error_list_take(errors, &error);
	}
	found->is_overwritten = machine_metadata_prefer_live(domain, &found->metadata);
	if ((found->metadata.has_tools || found->metadata.has_vmango) &&
	    virDomainGetAutostart(domain, &autostart) == 0)
		found->autostart = autostart;
}

static int domains_find(struct host *host, struct error_list *errors)
{
	CLEANUP(free_ptr) virDomainPtr *domains = NULL;
	int count = virConnectListAllDomains(host->connection, &domains, 0);

	if (count < 0)
		return batch_hypervisor_error(host->config, "url", errors, "%s",
					      virGetLastErrorMessage());
	for (int i = 0; i < count; i++) {
		domain_add(host, domains[i], errors);
		virDomainFree(domains[i]);
	}
	return 0;
}

/* libvirt fills in its architecture as the model; its capabilities can take seconds. */
static int node_read(struct host *host, struct error_list *errors)
{
	virNodeInfo node;

	if (virNodeGetInfo(host->connection, &node) < 0)
		return batch_hypervisor_error(host->config, "url", errors, "%s",
					      virGetLastErrorMessage());
	host->memory_bytes = (uint64_t)node.memory * 1024;
	host->arch = mem_substring(node.model, strnlen(node.model, sizeof(node.model)));
	return 0;
}

static int template_load(struct host *host, const char *key, const char *path,
			 const char *installed, struct template **template,
			 struct error_list *errors)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(error_free) struct error error = {0};

	path = path ? path : installed;
	if (file_read(path, TEMPLATE_SIZE_MAX, &text, &error) < 0)
		return batch_hypervisor_error(host->config, key, errors, "%s",
					      error_text(&error));
	*template = template_parse(path, buf_text(&text), text.size, &error);
	if (!*template)
		return batch_hypervisor_error(host->config, key, errors, "%s",
					      error_text(&error));
	return 0;
}

static void pools_check(struct host *host, struct error_list *errors)
{
	const struct storage_pools pools = host_pools(host);
	CLEANUP(error_free) struct error error = {0};
	const char *key;

	if (pools.image_type && pools.root_type &&
	    storage_pools_check(&pools, &key, &error) < 0)
		batch_hypervisor_error(host->config, key, errors, "%s",
				       error_text(&error));
}

int host_templates_load(struct host *host, struct error_list *errors)
{
	const struct batch_hypervisor *config = host->config;
	size_t before = errors->count;

	template_load(host, "vm_template", config->vm_template,
		      VMANGO_DATADIR "/vm.xml.in", &host->vm_template, errors);
	template_load(host, "volume_template", config->volume_template,
		      VMANGO_DATADIR "/volume.xml.in", &host->volume_template, errors);
	return errors->count > before ? -1 : 0;
}

static void pools_find(struct host *host, struct error_list *errors)
{
	const struct batch_hypervisor *config = host->config;

	if (pool_find(host, "image_storage_pool", config->image_pool, &host->images_pool,
		      errors) == 0)
		images_find(host, errors);
	if (pool_find(host, "root_storage_pool", config->root_pool, &host->root_pool,
		      errors) == 0)
		root_volumes_find(host, errors);
	pools_check(host, errors);
}

int host_survey(struct host *host, unsigned int parts, struct error_list *errors)
{
	size_t before = errors->count;

	node_read(host, errors);
	if (parts & HOST_STORAGE)
		pools_find(host, errors);
	if (parts & HOST_NETWORK)
		network_find(host, errors);
	if (parts & HOST_DOMAINS)
		domains_find(host, errors);
	if (parts & HOST_TEMPLATES)
		host_templates_load(host, errors);
	return errors->count > before ? -1 : 0;
}
