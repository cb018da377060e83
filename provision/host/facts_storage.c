/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the pools of a hypervisor, its images, and the volumes of machines. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/facts_disks.h"
#include "provision/host/facts_storage.h"

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

static int pool_read(struct host *host, pthread_mutex_t *first_lock, const char *key,
		     const char *name, virStoragePoolPtr *handle, struct facts_pool *pool,
		     struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *command = NULL;
	int is_active;

	pool->name = mem_string(name);
	pthread_mutex_lock(first_lock);
	*handle = virStoragePoolLookupByName(host->connection, name);
	pthread_mutex_unlock(first_lock);
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

static void volumes_list(const struct host *host, virStoragePoolPtr pool, const char *key,
			 struct facts_listed_pool *listed)
{
	CLEANUP(error_free) struct error error = {0};

	listed->volumes = volume_handles(pool, &error);
	if (listed->volumes)
		return;
	error_context(&error, "pool %s", virStoragePoolGetName(pool));
	batch_hypervisor_error_take(host->config, key, &listed->errors, &error);
}

void facts_storage_list_images(struct host *host, struct facts_storage *storage)
{
	struct facts_listed_pool *listed = &storage->images;
	const char *key = "image_storage_pool";

	listed->is_open = pool_read(host, &storage->first_lock, key,
				    host->config->image_pool, &host->images_pool,
				    &host->facts.images_pool, &listed->errors) == 0;
	if (listed->is_open)
		volumes_list(host, host->images_pool, key, listed);
}

void facts_storage_list_root(struct host *host, struct facts_storage *storage)
{
	struct facts_listed_pool *listed = &storage->root;
	const char *key = "root_storage_pool";

	listed->is_open = pool_read(host, &storage->first_lock, key,
				    host->config->root_pool, &host->root_pool,
				    &host->facts.root_pool, &listed->errors) == 0;
	if (listed->is_open)
		volumes_list(host, host->root_pool, key, listed);
}

static void pools_check(const struct host *host, struct error_list *errors)
{
	const struct storage_pools pools = facts_pools(&host->facts);
	CLEANUP(error_free) struct error error = {0};
	const char *key;

	if (pools.image_type && pools.root_type &&
	    storage_pools_check(&pools, &key, &error) < 0)
		batch_hypervisor_error(host->config, key, errors, "%s",
				       error_text(&error));
}

struct listed_image {
	virStorageVolPtr handle;
	struct image_name name;
	bool is_needed, is_read;
	struct volume volume;
	struct error error;
};

/* Whether a machine of the batch will be based on it when it is created. */
static bool image_is_named(const struct batch *batch, const struct image_name *name,
			   const char *id)
{
	if (!batch)
		return true;
	array_foreach(machine, &batch->machines) {
		if (machine->image && (!strcmp(machine->image, id) ||
				       !strcasecmp(machine->image, name->os)))
			return true;
	}
	return false;
}

/* Whether one is based on it. */
static bool image_is_used(const struct host *host, const char *id)
{
	array_foreach(domain, &host->facts.domains) {
		if (text_equal(domain->metadata.image_id, id) &&
		    batch_machine_find(host->batch, domain->name))
			return true;
	}
	return false;
}

/* A volume without an image's name is not an image; "vmango-imagetool list" reports it.
 */
static void images_find(struct host *host, struct facts_storage *storage)
{
	virStorageVolPtr *volumes = storage->images.volumes;
	struct image_marks *unfinished = &host->facts.unfinished;
	ARRAY(struct listed_image) images = {0};

	for (size_t i = 0; volumes && volumes[i]; i++)
		image_marks_add(unfinished, virStorageVolGetName(volumes[i]));
	for (size_t i = 0; volumes && volumes[i]; i++) {
		const char *id = virStorageVolGetName(volumes[i]);
		struct image_name name;

		if (image_marks_has(unfinished, id) ||
		    image_name_parse(id, strlen(id), &name, NULL) < 0)
			continue;
		*array_add(&images) = (struct listed_image){
			.handle = volumes[i],
			.name = name,
			.is_needed = image_is_named(host->batch, &name, id)};
	}
	storage->list = images.items;
	storage->list_count = images.count;
}

static void image_read(struct listed_image *image)
{
	image->is_read = volume_read(image->handle, &image->volume, &image->error) == 0;
}

struct used {
	const struct host *host;
	struct listed_image *list;
};

/* Those that the batch no longer names, but its machines. */
static void image_read_used(void *data, size_t i)
{
	const struct used *used = data;
	struct listed_image *image = &used->list[i];

	if (image->is_needed ||
	    !image_is_used(used->host, virStorageVolGetName(image->handle)))
		return;
	image->is_needed = true;
	image_read(image);
}

/* libvirt takes an image whose first bytes are missing for a raw one. */
static bool is_unfinished(const struct listed_image *image)
{
	return image->is_read && image->name.format == IMAGE_QCOW2 &&
	       !strcmp(image->volume.format, "raw");
}

/* Of one that is not needed only the name is known. */
static void image_add(struct host *host, struct listed_image *image,
		      struct error_list *errors)
{
	struct volume *volume = &image->volume;

	if (image->error.is_unasked)
		batch_hypervisor_error_take(host->config, "image_storage_pool", errors,
					    &image->error);
	if (is_unfinished(image))
		*array_add(&host->facts.unfinished) = mem_string(
			virStorageVolGetName(image->handle));
	else if (image->is_read || !image->is_needed)
		*array_add(&host->facts.images) = (struct facts_image){
			.name = image->name,
			.id = mem_string(virStorageVolGetName(image->handle)),
			.path = TAKE(volume->path),
			.size_bytes = volume->allocation_bytes,
			.virtual_size_bytes = volume->capacity_bytes,
			.changed_s = volume->changed_s};
	volume_free(volume);
	error_free(&image->error);
}

static void volumes_find(struct host *host, const struct facts_listed_pool *root)
{
	struct facts *facts = &host->facts;

	for (size_t i = 0; root->volumes && root->volumes[i]; i++)
		array_add(&facts->volumes)->name = mem_string(
			virStorageVolGetName(root->volumes[i]));
	/* Then no volume is known to be missing. */
	facts->volumes_are_old = root->is_open && !root->volumes;
}

void facts_storage_find(struct host *host, struct facts_storage *storage)
{
	images_find(host, storage);
	volumes_find(host, &storage->root);
	storage->count = storage->list_count + host->facts.volumes.count;
}

/* Only those of machines are read, as it takes a call per volume. */
static bool is_machines(const struct facts_domains *domains, const char *volume)
{
	const char *suffix;
	CLEANUP(free_ptr) char *machine = machine_of_volume(volume, &suffix);

	return machine && facts_domains_has(domains, machine);
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

void facts_storage_read(struct host *host, struct facts_storage *storage,
			const struct facts_domains *domains, size_t i)
{
	struct facts_volume *volume;

	if (i < storage->list_count) {
		if (storage->list[i].is_needed)
			image_read(&storage->list[i]);
		return;
	}
	i -= storage->list_count;
	volume = &host->facts.volumes.items[i];
	if (is_machines(domains, volume->name))
		volume_info_read(storage->root.volumes[i], volume);
}

void facts_storage_take(struct host *host, struct facts_storage *storage,
			const struct facts_domains *domains)
{
	struct error_list *errors = &storage->images.errors;
	struct used used = {host, storage->list};

	in_flight(&host->flight, storage->list_count, image_read_used, &used);
	for (size_t i = 0; i < storage->list_count; i++)
		image_add(host, &storage->list[i], errors);
	error_list_append(&storage->errors, errors);
	error_list_append(&storage->errors, &storage->root.errors);
	pools_check(host, &storage->errors);
	facts_disks_read(host, storage->root.is_open, domains->handles, &storage->errors);
}

static void listed_free(struct facts_listed_pool *listed)
{
	volume_handles_free(listed->volumes);
	error_list_free(&listed->errors);
}

void facts_storage_free(struct facts_storage *storage)
{
	listed_free(&storage->images);
	listed_free(&storage->root);
	free(storage->list);
	error_list_free(&storage->errors);
}
