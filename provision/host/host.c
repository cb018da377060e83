/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor of the batch: its connection, and what was found on it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "provision/host/host.h"
#include "provision/host/host_connection.h"
#include "provision/host/host_use.h"

int host_open(struct host *host, const struct batch_hypervisor *config,
	      struct error *error)
{
	*host = (struct host){.config = config};
	pthread_mutex_init(&host->lock, NULL);
	pthread_mutex_init(&host->defining_lock, NULL);
	pthread_mutex_init(&host->lines_lock, NULL);
	pthread_mutex_init(&host->opening_lock, NULL);
	host->use = host_use_new();
	if (config->url_distrust)
		return error_set(error,
				 "%s: not asked, since it names a program and its file "
				 "%s",
				 config->url, config->url_distrust);
	host->connection = virt_open(config->url, false, error);
	return host->connection ? 0 : -1;
}

static void pool_free(struct host_pool *pool)
{
	virStoragePoolFree_ptr(&pool->pool);
	free(pool->name);
	free(pool->type);
	free(pool->path);
}

void host_free(struct host *host)
{
	if (!host)
		return;
	owner_lock_release(host->owner);
	host_connections_close(host);
	array_foreach(image, &host->images) {
		free(image->id);
		free(image->path);
	}
	array_foreach(domain, &host->domains) {
		free(domain->name);
		free(domain->macs.items);
		domain_disks_free(&domain->disks);
		metadata_free(&domain->metadata);
	}
	array_foreach(volume, &host->volumes)
		free(*volume);
	image_marks_free(&host->unfinished);
	free(host->images.items);
	free(host->domains.items);
	free(host->volumes.items);
	free(host->handed.items);
	pool_free(&host->images_pool);
	pool_free(&host->root_pool);
	virNetworkFree_ptr(&host->network_handle);
	network_free(&host->network);
	template_free(host->vm_template);
	template_free(host->volume_template);
	free(host->arch);
	free(host->domain_type_arch);
	virConnectClose_ptr(&host->connection);
	host_use_free(host->use);
	pthread_mutex_destroy(&host->opening_lock);
	pthread_mutex_destroy(&host->lines_lock);
	pthread_mutex_destroy(&host->defining_lock);
	pthread_mutex_destroy(&host->lock);
	*host = (struct host){0};
}

bool host_is_same(const struct host *host, const struct host *other)
{
	CLEANUP(free_ptr) char *uri = NULL, *other_uri = NULL;

	if (!host->connection || !other->connection)
		return false;
	uri = virConnectGetURI(host->connection);
	other_uri = virConnectGetURI(other->connection);
	return uri && other_uri && !strcmp(uri, other_uri);
}

const struct host_domain *host_domain_find(const struct host *host, const char *name)
{
	array_foreach(domain, &host->domains) {
		if (!strcmp(domain->name, name))
			return domain;
	}
	return NULL;
}

const struct host_domain *host_domain_by_uuid(const struct host *host, const char *uuid)
{
	array_foreach(domain, &host->domains) {
		if (!strcasecmp(domain->uuid, uuid))
			return domain;
	}
	return NULL;
}

bool host_has_volume(const struct host *host, const char *name)
{
	array_foreach(volume, &host->volumes) {
		if (!strcmp(*volume, name))
			return true;
	}
	return false;
}

uint64_t host_volume_size(const struct host *host, const char *name,
			  uint64_t wanted_bytes)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	virStorageVolInfo info;

	if (!host_has_volume(host, name))
		return 0;
	volume = virStorageVolLookupByName(host->root_pool.pool, name);
	if (!volume || virStorageVolGetInfo(volume, &info) < 0)
		return 0;
	return storage_capacity_is(&info, wanted_bytes) ? wanted_bytes : info.capacity;
}

struct storage_pools host_pools(const struct host *host)
{
	return (struct storage_pools){
		.image_pool = host->config->image_pool,
		.image_type = host->images_pool.type,
		.root_pool = host->config->root_pool,
		.root_type = host->root_pool.type,
		.config_drive = host->config->config_drive != BATCH_DRIVE_NONE,
	};
}

bool host_mac_taken(const struct host *host, const uint8_t mac[static MAC_SIZE])
{
	array_foreach(domain, &host->domains) {
		array_foreach(other, &domain->macs) {
			if (mac_equal(other->mac, mac))
				return true;
		}
	}
	return network_host_by_mac(&host->network, mac) != NULL;
}

static const struct host_image *image_by_os(const struct host *host, const char *os,
					    const char *arch)
{
	const struct host_image *newest = NULL;

	array_foreach(image, &host->images) {
		if (strcasecmp(image->name.os, os) ||
		    strcmp(image_arch_libvirt(image->name.arch), arch))
			continue;
		if (!newest || image->changed_s > newest->changed_s)
			newest = image;
	}
	return newest;
}

const struct host_image *host_image_find(const struct host *host, const char *wanted,
					 const char *arch, struct error *error)
{
	const struct host_image *found = NULL;
	CLEANUP(free_ptr) const char **names = NULL;
	CLEANUP(free_ptr) char *meant = NULL;
	size_t count = 0;

	array_foreach(image, &host->images) {
		if (!strcmp(image->id, wanted))
			found = image;
	}
	if (!found)
		found = image_by_os(host, wanted, arch ? arch : host->arch);
	if (found)
		return found;
	if (image_marks_has(&host->unfinished, wanted)) {
		error_set(
			error,
			"image \"%s\" in pool %s of %s is not complete: an import is under way or was interrupted",
			wanted, host->config->image_pool, host->config->name);
		return NULL;
	}
	names = mem_zero(2 * host->images.count, sizeof(*names));
	array_foreach(image, &host->images) {
		names[count++] = image->name.os;
		names[count++] = image->id;
	}
	meant = text_meant(wanted, names, count);
	error_set(error, "no image \"%s\" for %s in pool %s of %s%s", wanted,
		  arch ? arch : host->arch, host->config->image_pool, host->config->name,
		  meant);
	return NULL;
}

/* Whether guests of `arch` can use KVM. */
static bool host_has_kvm(const struct host *host, const char *arch)
{
	CLEANUP(free_ptr) char *text = virConnectGetCapabilities(host->connection);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(free_ptr) char *kvm = NULL;

	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return false;
	path = mem_format(
		"/capabilities/guest/arch[@name='%s']/domain[@type='kvm']/@type", arch);
	kvm = xml_string(&xml, NULL, path);
	return kvm != NULL;
}

const char *host_domain_type(struct host *host, const char *arch)
{
	if (host->config->domain_type == BATCH_DOMAIN_KVM)
		return "kvm";
	if (host->config->domain_type == BATCH_DOMAIN_QEMU)
		return "qemu";
	if (!host->domain_type_arch || strcmp(host->domain_type_arch, arch)) {
		free(host->domain_type_arch);
		host->domain_type_arch = mem_string(arch);
		host->domain_type = host_has_kvm(host, arch) ? "kvm" : "qemu";
	}
	return host->domain_type;
}

struct context_image host_context_image(const struct host *host,
					const struct host_image *image)
{
	return (struct context_image){
		.id = image->id,
		.os = image->name.os,
		.os_name = image->name.os_name,
		.os_version = image->name.os_version,
		.arch = image_arch_libvirt(image->name.arch),
		.type = image_format_word(image->name.format),
		.pool = host->config->image_pool,
		.path = image->path,
		.size_bytes = image->size_bytes,
		.virtual_size_bytes = image->virtual_size_bytes,
		.changed_s = image->changed_s,
	};
}
