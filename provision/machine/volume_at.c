/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking up a volume by its path, which its pool may not list yet. */
#define _GNU_SOURCE
#include <string.h>

#include "common/back_off.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "provision/machine/volume_at.h"

char *volume_at_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash > path ? mem_substring(path, (size_t)(slash - path)) : NULL;
}

virStoragePoolPtr volume_at_pool(virConnectPtr connection, const char *path)
{
	CLEANUP(free_ptr) char *folder = volume_at_folder(path);

	return virStoragePoolLookupByTargetPath(connection, folder ? folder : "/");
}

/* After a call of libvirt has failed. */
static enum volume_at unknown(const char *path, struct error *error)
{
	virt_error(error, "can't look up \"%s\"", path);
	return VOLUME_AT_UNKNOWN;
}

static enum volume_at pool_refresh(virConnectPtr connection, const char *path,
				   struct error *error)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = volume_at_pool(connection, path);
	struct back_off back_off = {0};
	int is_active = pool ? virStoragePoolIsActive(pool) : -1;

	if (is_active < 0)
		return virt_is_missing() ? VOLUME_AT_NO_POOL : unknown(path, error);
	if (!is_active)
		return VOLUME_AT_NO_POOL;
	while (virStoragePoolRefresh(pool, 0) < 0) {
		if (virt_is_unasked())
			return unknown(path, error);
		if (!virt_is_busy() || !back_off_wait(&back_off))
			return VOLUME_AT_NO_POOL;
	}
	return VOLUME_AT_GONE;
}

enum volume_at volume_at_look(virConnectPtr connection, const char *path,
			      virStorageVolPtr *volume, struct error *error)
{
	enum volume_at look;

	*volume = virStorageVolLookupByPath(connection, path);
	if (*volume)
		return VOLUME_AT_FOUND;
	if (!virt_is_missing())
		return unknown(path, error);
	look = pool_refresh(connection, path, error);
	if (look != VOLUME_AT_GONE)
		return look;
	*volume = virStorageVolLookupByPath(connection, path);
	if (*volume)
		return VOLUME_AT_FOUND;
	return virt_is_missing() ? VOLUME_AT_GONE : unknown(path, error);
}

int volume_at(virConnectPtr connection, const char *path, virStorageVolPtr *volume,
	      struct error *error)
{
	return volume_at_look(connection, path, volume, error) == VOLUME_AT_UNKNOWN ? -1
										    : 0;
}
