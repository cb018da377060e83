/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt supports for the volumes of a pool, by the pool's type. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "provision/host/storage_pool.h"

/* The largest extent size that LVM chooses by itself. */
static const uint64_t EXTENT_MAX_BYTES = UINT64_C(64) << 20;

/* From the functions that each of libvirt's storage backends implements. */
static const struct pool_kind {
	const char *type;
	bool folder, grows;
	const char *unfit; /* why root volumes can't be there; NULL: they can */
} kinds[] = {
	{"dir", true, true, NULL},
	{"fs", true, true, NULL},
	{"netfs", true, true, NULL},
	{"vstorage", true, true, NULL},
	{"logical", false, false, NULL},
	{"rbd", false, true, NULL},
	{"disk", false, false, "its volumes are partitions, whose names can't be chosen"},
	{"zfs", false, false, "libvirt can't copy an image into it"},
	{"sheepdog", false, true, "libvirt can't copy an image into it"},
	{"gluster", false, false, "libvirt can't create volumes in it"},
	{"iscsi", false, false, "libvirt can't create volumes in it"},
	{"iscsi-direct", false, false, "libvirt can't create volumes in it"},
	{"scsi", false, false, "libvirt can't create volumes in it"},
	{"mpath", false, false, "libvirt can't create volumes in it"},
};

static const struct pool_kind *kind_find(const char *type)
{
	static const struct pool_kind unknown = {.type = ""};

	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
		if (!strcmp(kinds[i].type, type))
			return &kinds[i];
	return &unknown;
}

bool storage_pool_is_folder(const char *type)
{
	return kind_find(type)->folder;
}

bool storage_pool_grows(const char *type)
{
	return kind_find(type)->grows;
}

static bool is_rbd(const char *type)
{
	return !strcmp(type, "rbd");
}

int storage_pools_check(const struct storage_pools *pools, const char **key,
			struct error *error)
{
	const char *unfit = kind_find(pools->root_type)->unfit;

	*key = "root_storage_pool";
	if (unfit)
		return error_set(error, "pool %s is of type %s: %s", pools->root_pool,
				 pools->root_type, unfit);
	if ((is_rbd(pools->root_type) || is_rbd(pools->image_type)) &&
	    strcmp(pools->root_pool, pools->image_pool))
		return error_set(
			error,
			"libvirt can clone rbd volumes only within one pool, but the "
			"images are in %s",
			pools->image_pool);
	*key = "config_drive";
	if (is_rbd(pools->root_type) && pools->config_drive)
		return error_set(
			error,
			"libvirt can't write to volumes of rbd pools; use \"none\"");
	return 0;
}

int storage_clone_choose(const struct storage_pools *pools, enum batch_clone wanted,
			 const char *image_format, enum storage_clone *clone,
			 struct error *error)
{
	bool files = storage_pool_is_folder(pools->image_type) &&
		     storage_pool_is_folder(pools->root_type);

	if (wanted == BATCH_CLONE_OVERLAY && !files)
		return error_set(
			error,
			"overlay needs images and root volumes in pools of type dir, fs "
			"or netfs; these are %s and %s",
			pools->image_type, pools->root_type);
	if (wanted == BATCH_CLONE_COPY || !files)
		*clone = STORAGE_COPY;
	else if (wanted == BATCH_CLONE_AUTO && !strcmp(image_format, "raw"))
		*clone = STORAGE_REFLINK;
	else
		*clone = STORAGE_OVERLAY;
	return 0;
}

bool storage_capacity_is(uint64_t capacity_bytes, bool is_block, uint64_t wanted_bytes)
{
	uint64_t slack = is_block ? EXTENT_MAX_BYTES : 0;

	return capacity_bytes >= wanted_bytes && capacity_bytes - wanted_bytes <= slack;
}
