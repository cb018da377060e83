/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an image is in use by machines, on this hypervisor and on others. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "imagetool/image_use.h"
#include "imagetool/storage_probe.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"
#include "imagetool/volume_use.h"

enum image_use image_use_ask(virConnectPtr connection, const char *path, const char *id,
			     struct error *error)
{
	CLEANUP(volume_use_free) struct volume_use use = {0};
	CLEANUP(free_ptr) char *users = NULL;

	if (volume_use_read(connection, VOLUME_USE_FAIL, &use, error) < 0)
		return IMAGE_USE_UNKNOWN;
	users = volume_use_find(&use, &path, 1, NULL);
	if (!users && use.unseen) {
		CLEANUP(free_ptr) char *uri = virConnectGetURI(connection);
		CLEANUP(free_ptr)
		char *command = virsh_text(uri, "pool-start", use.unseen_pool, NULL);

		error_set(error, "%s may be in use: %s; to find out: %s", id, use.unseen,
			  command);
		return IMAGE_USE_UNKNOWN;
	}
	if (!users)
		return IMAGE_USE_NONE;
	error_set(error, "%s is in use by %s", id, users);
	return IMAGE_USE_SOME;
}

int image_lock_refuse(virStorageVolPtr image, const struct import_run *run,
		      struct error *error)
{
	const char *id = virStorageVolGetName(image);
	char probe[IMPORT_NAME_MAX + 1];
	int locked;

	import_name_format(IMPORT_PROBE, run, id, probe);
	locked = storage_is_locked(image, probe, error);
	if (locked < 0)
		return error_context(error, "%s", id);
	if (!locked)
		return 0;
	return error_set(error,
			 "%s is in use: a QEMU process has it open, but no machine of "
			 "this hypervisor; does a machine of another hypervisor that has "
			 "this storage use it?",
			 id);
}

int image_other_refuse(virStoragePoolPtr pool, const char *id,
		       const struct image_other *other, const struct import_run *run,
		       struct error *error)
{
	enum storage_sameness sameness = STORAGE_UNKNOWN;
	char probe[IMPORT_NAME_MAX + 1];

	if (other->use == IMAGE_USE_NONE)
		return 0;
	if (run && other->pool)
		sameness = storage_compare(
			pool, other->pool,
			import_name_format(IMPORT_PROBE, run, id, probe));
	if (sameness == STORAGE_OTHER)
		return 0;
	if (other->use == IMAGE_USE_UNKNOWN)
		return error_set(
			error,
			"%s is not changed: whether it is in use on %s could "
			"not be found out; to leave out that hypervisor, omit its "
			"-c",
			id, other->place);
	return error_set(error,
			 "%s is not changed: it is in use on %s, whose pool %s the same "
			 "storage",
			 id, other->place, sameness == STORAGE_SAME ? "is" : "may be");
}

int image_delete(const struct image_pool *pool, const char *id,
		 const struct import_run *run, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	if (volume_lookup(pool->pool, id, &handle, error) < 0)
		return -1;
	if (!handle)
		return 0;
	if (volume_read(handle, &volume, error) < 0 ||
	    image_use_ask(virStoragePoolGetConnect(pool->pool), volume.path, id, error) !=
		    IMAGE_USE_NONE)
		return -1;
	if (!run)
		return 0;
	if (image_lock_refuse(handle, run, error) < 0)
		return -1;
	return volume_delete(handle, error);
}
