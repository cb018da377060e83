/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read about a hypervisor: plain data, without a connection. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/host/facts.h"

static void pool_free(struct facts_pool *pool)
{
	free(pool->name);
	free(pool->type);
	free(pool->path);
}

static void domain_free(struct facts_domain *domain)
{
	free(domain->name);
	free(domain->macs.items);
	domain_disks_free(&domain->disks);
	domain_hardware_free(&domain->hardware);
	domain_hardware_free(&domain->live);
	metadata_free(&domain->metadata);
}

static void volume_free(struct facts_volume *volume)
{
	free(volume->name);
	free(volume->format);
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	array_foreach(image, &facts->images) {
		free(image->id);
		free(image->path);
	}
	array_foreach(domain, &facts->domains)
		domain_free(domain);
	array_foreach(volume, &facts->volumes)
		volume_free(volume);
	array_foreach(arch, &facts->kvm_archs)
		free(*arch);
	array_foreach(problem, &facts->problems)
		free(*problem);
	image_marks_free(&facts->unfinished);
	free(facts->images.items);
	free(facts->domains.items);
	free(facts->volumes.items);
	free(facts->kvm_archs.items);
	free(facts->problems.items);
	pool_free(&facts->images_pool);
	pool_free(&facts->root_pool);
	network_free(&facts->network);
	free(facts->unreachable);
	free(facts->denied);
	free(facts->uri);
	free(facts->host_uuid);
	free(facts->arch);
	*facts = (struct facts){0};
}

bool facts_are_same(const struct facts *one, const struct facts *other)
{
	return one->uri && other->uri && !strcmp(one->uri, other->uri);
}

const char *facts_command_uri(const struct facts *facts)
{
	return facts->is_recorded ? facts->config->url : facts->uri;
}

const struct facts_domain *facts_domain_find(const struct facts *facts, const char *name)
{
	array_foreach(domain, &facts->domains) {
		if (!strcmp(domain->name, name))
			return domain;
	}
	return NULL;
}

const struct facts_domain *facts_domain_by_uuid(const struct facts *facts,
						const char *uuid)
{
	array_foreach(domain, &facts->domains) {
		if (!strcasecmp(domain->uuid, uuid))
			return domain;
	}
	return NULL;
}

const char *facts_domain_state_name(const struct facts_domain *domain)
{
	return domain->is_paused ? "paused" : domain->active ? "running" : "stopped";
}

const struct facts_volume *facts_volume_find(const struct facts *facts, const char *name)
{
	array_foreach(volume, &facts->volumes) {
		if (!strcmp(volume->name, name))
			return volume;
	}
	return NULL;
}

/* Only the root pool's volumes were read. */
bool facts_volume_is_missing(const struct facts *facts,
			     const struct metadata_volume *volume)
{
	const struct facts_volume *found = facts_volume_find(facts, volume->name);

	return facts->root_pool.type && !strcmp(facts->root_pool.name, volume->pool) &&
	       (found ? found->is_gone : !facts->volumes_are_old);
}

/* The entry may have been replaced by one of another address. */
bool facts_reservation_is_missing(const struct facts *facts,
				  const struct metadata_reservation *reservation)
{
	const struct network *network = &facts->network;
	const struct network_host *found;

	if (!reservation->network || reservation->by_script || !network->name ||
	    strcmp(network->name, reservation->network))
		return false;
	found = network_hosts_by_mac(&network->hosts, reservation->mac);
	return !found || found->address.s_addr != reservation->ip.s_addr;
}

struct storage_pools facts_pools(const struct facts *facts)
{
	return (struct storage_pools){
		.image_pool = facts->config->image_pool,
		.image_type = facts->images_pool.type,
		.root_pool = facts->config->root_pool,
		.root_type = facts->root_pool.type,
		.config_drive = facts->config->config_drive != BATCH_DRIVE_NONE,
	};
}

bool facts_mac_is_taken(const struct facts *facts, const uint8_t mac[static MAC_SIZE])
{
	array_foreach(domain, &facts->domains) {
		array_foreach(other, &domain->macs) {
			if (mac_equal(other->mac, mac))
				return true;
		}
	}
	return network_host_by_mac(&facts->network, mac) != NULL;
}

static const struct facts_image *image_by_id(const struct facts *facts, const char *id)
{
	array_foreach(image, &facts->images) {
		if (!strcmp(image->id, id))
			return image;
	}
	return NULL;
}

static const struct facts_image *image_by_os(const struct facts *facts, const char *os,
					     const char *arch)
{
	const struct facts_image *newest = NULL;

	array_foreach(image, &facts->images) {
		if (strcasecmp(image->name.os, os) ||
		    strcmp(image_arch_libvirt(image->name.arch), arch))
			continue;
		if (!newest || image->changed_s > newest->changed_s)
			newest = image;
	}
	return newest;
}

/* An image of that OS that an import has not finished; NULL: none. */
static const char *unfinished_by_os(const struct facts *facts, const char *os,
				    const char *arch)
{
	array_foreach(id, &facts->unfinished) {
		struct image_name name;

		if (image_name_parse(*id, strlen(*id), &name, NULL) == 0 &&
		    !strcasecmp(name.os, os) &&
		    !strcmp(image_arch_libvirt(name.arch), arch))
			return *id;
	}
	return NULL;
}

/* `; did you mean "Debian-12"?`, or ""; the caller owns it. */
static char *image_meant(const struct facts *facts, const char *wanted, const char *arch)
{
	CLEANUP(free_ptr)
	const char **names = mem_zero(2 * facts->images.count, sizeof(*names));
	size_t count = 0;

	array_foreach(image, &facts->images) {
		if (!strcmp(image_arch_libvirt(image->name.arch), arch))
			names[count++] = image->name.os;
		names[count++] = image->id;
	}
	return text_meant(wanted, names, count);
}

const struct facts_image *facts_image_find(const struct facts *facts, const char *wanted,
					   const char *arch, struct error *error)
{
	const struct facts_image *found = image_by_id(facts, wanted);
	const struct batch_hypervisor *config = facts->config;
	CLEANUP(free_ptr) char *meant = NULL;
	const char *unfinished;

	arch = arch ? arch : facts->arch;
	if (!found)
		found = image_by_os(facts, wanted, arch);
	if (found)
		return found;
	if (image_marks_has(&facts->unfinished, wanted)) {
		error_set(error,
			  "image \"%s\" in pool %s of %s is not complete: an import is "
			  "under way or was interrupted",
			  wanted, config->image_pool, config->name);
		return NULL;
	}
	unfinished = unfinished_by_os(facts, wanted, arch);
	meant = unfinished ? mem_format("; \"%s\" is not complete: an import is under "
					"way or was interrupted",
					unfinished)
			   : image_meant(facts, wanted, arch);
	error_set(error, "no image \"%s\" for %s in pool %s of %s%s", wanted, arch,
		  config->image_pool, config->name, meant);
	return NULL;
}

const char *facts_domain_type(const struct facts *facts, const char *arch)
{
	if (facts->config->domain_type == BATCH_DOMAIN_KVM)
		return "kvm";
	if (facts->config->domain_type == BATCH_DOMAIN_QEMU)
		return "qemu";
	array_foreach(kvm_arch, &facts->kvm_archs) {
		if (!strcmp(*kvm_arch, arch))
			return "kvm";
	}
	return "qemu";
}
