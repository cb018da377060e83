/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images in a storage pool. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/back_off.h"
#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_pool.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"

void image_pool_free(struct image_pool *pool)
{
	if (!pool)
		return;
	virStoragePoolFree_ptr(&pool->pool);
	free(pool->name);
	free(pool->path);
	*pool = (struct image_pool){0};
}

static int pool_check(struct image_pool *pool, struct error *error)
{
	CLEANUP(free_ptr) char *type = NULL;
	int is_active;

	if (pool_folder_read(pool->pool, &type, &pool->path, error) < 0)
		return -1;
	if (!type || !pool->path ||
	    (strcmp(type, "dir") && strcmp(type, "fs") && strcmp(type, "netfs")))
		return error_set(error,
				 "pool %s has the type %s; images need a pool of "
				 "files (dir, fs, netfs)",
				 pool->name, type ? type : "none");
	is_active = virStoragePoolIsActive(pool->pool);
	if (is_active < 0)
		return virt_error(error, "pool %s", pool->name);
	if (!is_active)
		return error_set(error, "pool %s is not active", pool->name);
	return 0;
}

int image_pool_open(virConnectPtr connection, const char *name, struct image_pool *pool,
		    struct error *error)
{
	struct image_pool result = {
		.pool = virStoragePoolLookupByName(connection, name),
		.name = mem_string(name),
	};

	if (!result.pool) {
		virt_error(error, "pool %s", name);
	} else if (pool_check(&result, error) == 0) {
		*pool = result;
		return 0;
	}
	image_pool_free(&result);
	return -1;
}

/*
 * A pool can't be refreshed while a volume is being created in it; and when a refresh
 * fails, libvirt may set the pool inactive.
 */
int image_pool_refresh(const struct image_pool *pool, struct error *error)
{
	struct back_off back_off = {0};

	while (virStoragePoolRefresh(pool->pool, 0) < 0) {
		virt_error(error, "can't refresh pool %s", pool->name);
		if (virt_is_unasked())
			return -1;
		if (virStoragePoolIsActive(pool->pool) == 0)
			virStoragePoolCreate(pool->pool, 0);
		if (!back_off_wait(&back_off))
			return -1;
	}
	return 0;
}

int image_pool_sync(const struct image_pool *pool, struct error *error)
{
	CLEANUP(close_fd) int folder = -1;

	if (!virt_is_local(virStoragePoolGetConnect(pool->pool)))
		return 0;
	folder = open(pool->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0 && syncfs(folder) < 0)
		return error_errno(error, "can't write pool %s to the disk", pool->name);
	return 0;
}

char *image_pool_command(const struct image_pool *pool, const char *verb,
			 const char *first, const char *second)
{
	CLEANUP(free_ptr)
	char *uri = virConnectGetURI(virStoragePoolGetConnect(pool->pool));

	return virsh_text(uri, verb, "--pool", pool->name, first, second, NULL);
}

int image_pool_check_path(const struct image_pool *pool, const char *name,
			  const char *path, struct error *error)
{
	size_t length = strlen(pool->path);

	if (!strncmp(path, pool->path, length) && path[length] == '/' &&
	    !strcmp(path + length + 1, name))
		return 0;
	return error_set(error, "its path \"%s\" is not in the folder \"%s\" of pool %s",
			 path, pool->path, pool->name);
}

/* Makes an image of a volume; -1 when it is none. */
static int volume_image(const struct image_pool *pool, struct volume *volume,
			struct image *image, struct error *error)
{
	struct image_name name;

	if (image_name_parse(volume->name, strlen(volume->name), &name, error) < 0)
		return -1;
	if (volume->format[0] && strcmp(volume->format, image_format_word(name.format)))
		return error_set(error, "is named %s but contains %s",
				 image_format_word(name.format), volume->format);
	if (image_pool_check_path(pool, volume->name, volume->path, error) < 0)
		return -1;
	*image = (struct image){
		.name = name,
		.in_storage = true,
		.size_bytes = volume->allocation_bytes,
		.virtual_size_bytes = volume->capacity_bytes,
		.date_s = (int64_t)volume->changed_s,
		.pool_name = mem_string(pool->name),
	};
	image->id = TAKE(volume->name);
	image->path = TAKE(volume->path);
	return 0;
}

static void volume_list(const struct image_pool *pool, virStorageVolPtr handle,
			const struct image_marks *marks, struct image_list *images,
			struct error_list *warnings)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(volume_free) struct volume volume = {0};
	const char *name = virStorageVolGetName(handle);
	struct image image = {0};

	if (import_name_parse(name).type != IMPORT_OTHER || image_marks_has(marks, name))
		return;
	/* It may have been deleted in the meantime. */
	if (volume_read(handle, &volume, &error) < 0) {
		if (!volume_is_gone())
			error_list_take(warnings, &error);
		return;
	}
	if (volume_image(pool, &volume, &image, &error) == 0)
		*array_add(images) = image;
	else
		error_list_add(warnings, "%s: %s", name, error_text(&error));
}

int image_pool_list(const struct image_pool *pool, struct image_list *images,
		    struct error_list *warnings, struct error *error)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool->pool, error);
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	if (!handles)
		return -1;
	for (size_t i = 0; handles[i]; i++)
		image_marks_add(&marks, virStorageVolGetName(handles[i]));
	for (size_t i = 0; handles[i]; i++)
		volume_list(pool, handles[i], &marks, images, warnings);
	image_list_sort(images);
	return 0;
}

int image_pool_find(const struct image_pool *pool, const char *id, struct image *image,
		    struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr handle = volume_find(pool->pool, id, error);
	CLEANUP(volume_free) struct volume volume = {0};

	if (!handle || volume_read(handle, &volume, error) < 0)
		return -1;
	if (volume_image(pool, &volume, image, error) < 0)
		return error_context(error, "%s", id);
	return 0;
}
