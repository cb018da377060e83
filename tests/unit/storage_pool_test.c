/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pools: how an image is cloned between them, what can't be, and rounded capacities. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/host/storage_pool.h"
#include "tests/unit/tap.h"

#define OVERLAY                                                                     \
	"overlay needs images and root volumes in pools of type dir, fs or netfs; " \
	"these are "

/* Every way that there is, with the image's format. */
static const struct {
	const char *image_type, *root_type, *format;
	enum batch_clone wanted;
	enum storage_clone clone;
	const char *error;
} clones[] = {
	{"dir", "dir", "qcow2", BATCH_CLONE_AUTO, STORAGE_OVERLAY, NULL},
	{"dir", "dir", "raw", BATCH_CLONE_AUTO, STORAGE_REFLINK, NULL},
	{"dir", "dir", "qcow2", BATCH_CLONE_COPY, STORAGE_COPY, NULL},
	{"dir", "dir", "raw", BATCH_CLONE_COPY, STORAGE_COPY, NULL},
	{"dir", "dir", "raw", BATCH_CLONE_OVERLAY, STORAGE_OVERLAY, NULL},
	{"netfs", "fs", "qcow2", BATCH_CLONE_OVERLAY, STORAGE_OVERLAY, NULL},
	{"dir", "logical", "qcow2", BATCH_CLONE_AUTO, STORAGE_COPY, NULL},
	{"dir", "logical", "raw", BATCH_CLONE_AUTO, STORAGE_COPY, NULL},
	{"dir", "logical", "raw", BATCH_CLONE_OVERLAY, 0, OVERLAY "dir and logical"},
	{"logical", "dir", "raw", BATCH_CLONE_AUTO, STORAGE_COPY, NULL},
	{"logical", "dir", "raw", BATCH_CLONE_OVERLAY, 0, OVERLAY "logical and dir"},
	{"rbd", "rbd", "raw", BATCH_CLONE_AUTO, STORAGE_COPY, NULL},
	{"dir", "new-type", "raw", BATCH_CLONE_AUTO, STORAGE_COPY, NULL},
};

#define NO_COPY	  ": libvirt can't copy an image into it"
#define NO_CREATE ": libvirt can't create volumes in it"
#define ONE_POOL \
	"libvirt can clone rbd volumes only within one pool, but the images are in images"

static const struct {
	const char *image_type, *root_pool, *root_type;
	bool config_drive;
	const char *key, *error; /* error NULL: fits */
} fits[] = {
	{"dir", "disks", "dir", true, NULL, NULL},
	{"dir", "disks", "logical", true, NULL, NULL},
	{"logical", "disks", "dir", true, NULL, NULL},
	{"rbd", "images", "rbd", false, NULL, NULL},
	{"dir", "disks", "new-type", true, NULL, NULL},
	{"rbd", "images", "rbd", true, "config_drive",
	 "libvirt can't write to volumes of rbd pools; use \"none\""},
	{"rbd", "disks", "rbd", false, "root_storage_pool", ONE_POOL},
	{"dir", "disks", "rbd", false, "root_storage_pool", ONE_POOL},
	{"rbd", "disks", "dir", false, "root_storage_pool", ONE_POOL},
	{"dir", "disks", "disk", true, "root_storage_pool",
	 "pool disks is of type disk: its volumes are partitions, whose names can't be "
	 "chosen"},
	{"dir", "disks", "zfs", true, "root_storage_pool",
	 "pool disks is of type zfs" NO_COPY},
	{"dir", "disks", "iscsi", true, "root_storage_pool",
	 "pool disks is of type iscsi" NO_CREATE},
	{"dir", "disks", "mpath", true, "root_storage_pool",
	 "pool disks is of type mpath" NO_CREATE},
};

static void clone_is(size_t i)
{
	const struct storage_pools pools = {.image_type = clones[i].image_type,
					    .root_type = clones[i].root_type};
	CLEANUP(error_free) struct error error = {0};
	enum storage_clone clone = 99;
	int status = storage_clone_choose(&pools, clones[i].wanted, clones[i].format,
					  &clone, &error);

	if (clones[i].error)
		tap_string(error_text(&error), clones[i].error, "%s to %s: refused",
			   pools.image_type, pools.root_type);
	else
		tap_ok(status == 0 && clone == clones[i].clone,
		       "%s of %s to %s: by way %d", clones[i].format, pools.image_type,
		       pools.root_type, (int)clones[i].clone);
}

static void fit_is(size_t i)
{
	const struct storage_pools pools = {
		.image_pool = "images",
		.image_type = fits[i].image_type,
		.root_pool = fits[i].root_pool,
		.root_type = fits[i].root_type,
		.config_drive = fits[i].config_drive,
	};
	CLEANUP(error_free) struct error error = {0};
	const char *key = NULL;
	int status = storage_pools_check(&pools, &key, &error);

	tap_ok((status == 0) == !fits[i].error, "%s to %s %s", pools.image_type,
	       pools.root_type, fits[i].error ? "is refused" : "fits");
	if (!fits[i].error)
		return;
	tap_string(error_text(&error), fits[i].error, "with the reason");
	tap_string(key, fits[i].key, "and the key");
}

static void capacities(void)
{
	const uint64_t wanted = UINT64_C(5001) << 20;

	tap_ok(storage_capacity_is(wanted, false, wanted), "a file has what it has");
	tap_ok(!storage_capacity_is(wanted + (1 << 20), false, wanted), "and no more");
	tap_ok(storage_capacity_is(wanted + (3 << 20), true, wanted),
	       "a block device is rounded up");
	tap_ok(!storage_capacity_is(wanted - 1, true, wanted), "but not down");
	tap_ok(!storage_capacity_is(UINT64_C(6001) << 20, true, wanted),
	       "and not by so much");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(clones); i++)
		clone_is(i);
	for (size_t i = 0; i < ARRAY_LENGTH(fits); i++)
		fit_is(i);
	capacities();
	tap_ok(storage_pool_grows("dir") && storage_pool_grows("rbd"), "they grow");
	tap_ok(!storage_pool_grows("logical"), "logical volumes don't");
	return tap_done();
}
