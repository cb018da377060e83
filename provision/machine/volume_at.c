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

	return folder ? virStoragePoolLookupByTargetPath(connection, folder) : NULL;
}

enum volume_at volume_at_look(virConnectPtr connection, const char *path,
			      virStorageVolPtr *volume)
{
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
	struct back_off back_off = {0};

	*volume = virStorageVolLookupByPath(connection, path);
	if (*volume)
		return VOLUME_AT_FOUND;
	pool = volume_at_pool(connection, path);
	if (!pool || virStoragePoolIsActive(pool) != 1)
		return VOLUME_AT_NO_POOL;
	while (virStoragePoolRefresh(pool, 0) < 0)
		if (!virt_is_busy() || !back_off_wait(&back_off))
			return VOLUME_AT_NO_POOL;
	*volume = virStorageVolLookupByPath(connection, path);
	return *volume ? VOLUME_AT_FOUND : VOLUME_AT_GONE;
}

virStorageVolPtr volume_at(virConnectPtr connection, const char *path)
{
	virStorageVolPtr volume;

	volume_at_look(connection, path, &volume);
	return volume;
}
