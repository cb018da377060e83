/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of volumes that libvirt does not report, found by trying. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "imagetool/storage_probe.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"

enum {
	VMDK_SECTOR = 512,
	VMDK_SIZE = 4 * VMDK_SECTOR,
	AT_DESCRIPTOR_SECTOR = 28,
	AT_DESCRIPTOR_SECTORS = 36,
	VMDK_PATH_MAX = 511,		  /* of an extent */
	VMDK_CAPACITY = 16 * 1024 * 1024, /* more than is allocated */
	PAUSE_MS = 200,
	TRIES = 5, /* after the first */
};

char *storage_probe_name(const char *asker)
{
	return mem_format(".%s.probe", asker);
}

/* qemu-img's messages: Failed to get "write" lock, Failed to get shared "write" lock. */
static bool is_lock_error(void)
{
	const char *message = virGetLastErrorMessage();

	return strstr(message, "Failed to get ") && strstr(message, "\" lock");
}

static void volume_drop(virStoragePoolPtr pool, const char *name)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);

	if (volume)
		virStorageVolDelete(volume, 0);
}

/*
 * A VMDK image of one extent, which is that file: the header of a sparse image without a
 * capacity (VMware Virtual Disk Format 1.1, "Hosted Sparse Extent Header"), by which it
 * is recognized, and the descriptor that follows it. -1: the path can't be in a
 * descriptor.
 */
static int vmdk_write(const char *path, char vmdk[static VMDK_SIZE])
{
	if (path[0] != '/' || strlen(path) > VMDK_PATH_MAX || strpbrk(path, "\"\r\n"))
		return -1;
	memset(vmdk, 0, VMDK_SIZE);
	memcpy(vmdk, "KDMV\1", 5); /* version 1 */
	vmdk[AT_DESCRIPTOR_SECTOR] = 1;
	vmdk[AT_DESCRIPTOR_SECTORS] = VMDK_SIZE / VMDK_SECTOR - 1;
	snprintf(vmdk + VMDK_SECTOR, VMDK_SIZE - VMDK_SECTOR,
		 "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"
		 "createType=\"monolithicFlat\"\nRW 1 FLAT \"%s\" 0\n",
		 path);
	return 0;
}

/* What the last call of libvirt, which failed, says about the lock: 1, 0, or -1 if nobody
 * has looked. */
static int lock_seen(struct error *error)
{
	if (is_lock_error())
		return 1;
	return virt_is_unasked() ? virt_error(error, "whether it is in use") : 0;
}

/* libvirt runs qemu-img for volumes that it takes for VMDK; that opens the extent for
 * writing, and then fails, since it can't resize them. */
static int extent_is_refused(virStoragePoolPtr pool, const char *path, const char *name,
			     struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name><capacity>%d</capacity>"
			       "<target><format type='vmdk'/></target></volume>",
			       name, VMDK_SIZE);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr probe = NULL;
	char vmdk[VMDK_SIZE];
	int status = 0;

	if (vmdk_write(path, vmdk) < 0)
		return 0;
	volume_drop(pool, name);
	probe = virStorageVolCreateXML(pool, xml, 0);
	if (!probe)
		return lock_seen(error);
	if (volume_start_write(probe, vmdk, VMDK_SIZE, NULL) < 0 ||
	    virStorageVolResize(probe, VMDK_CAPACITY, 0) < 0)
		status = lock_seen(error);
	volume_delete(probe, NULL);
	return status;
}

static int is_locked_now(virStorageVolPtr handle, const char *probe, struct error *error)
{
	CLEANUP(volume_free) struct volume volume = {0};
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByVolume(handle);
	virStorageVolInfo info;

	if (!pool || virStorageVolGetInfo(handle, &info) < 0 ||
	    volume_read(handle, &volume, NULL) < 0)
		return virt_is_unasked() ? virt_error(error, "whether it is in use") : 0;
	if (info.type != VIR_STORAGE_VOL_FILE)
		return 0;
	/* libvirt refuses a smaller capacity than the allocation, before it runs
	 * qemu-img. */
	if (!strcmp(volume.format, "qcow2") && info.allocation <= info.capacity)
		return virStorageVolResize(handle, info.capacity, 0) < 0
			       ? lock_seen(error)
			       : 0;
	return extent_is_refused(pool, volume.path, probe, error);
}

int storage_is_locked(virStorageVolPtr volume, const char *probe, struct error *error)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
	int locked = is_locked_now(volume, probe, error);

	for (unsigned int i = 0; locked == 1 && i < TRIES; i++) {
		nanosleep(&pause, NULL);
		locked = is_locked_now(volume, probe, error);
	}
	return locked;
}

/* One byte, since pools of block devices refuse less. */
static virStorageVolPtr probe_create(virStoragePoolPtr pool, const char *name)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name><capacity>1</capacity>"
			       "<allocation>1</allocation>"
			       "<target><format type='raw'/></target></volume>",
			       name);

	return virStorageVolCreateXML(pool, xml, 0);
}

static bool volume_exists(virStoragePoolPtr pool, const char *name)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
	virStorageVolInfo info;

	return volume && virStorageVolGetInfo(volume, &info) == 0;
}

bool storage_name_is_taken(void)
{
	virErrorPtr last = virGetLastError();

	if (!last || !last->message)
		return false;
	return last->code == VIR_ERR_STORAGE_VOL_EXIST ||
	       strstr(last->message, "already in use") ||
	       strstr(last->message, "already exists");
}

enum storage_sameness storage_compare(virStoragePoolPtr one, virStoragePoolPtr other,
				      const char *name)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr first = NULL, second = NULL;
	enum storage_sameness sameness = STORAGE_OTHER;

	volume_drop(one, name);
	volume_drop(other, name);
	first = probe_create(one, name);
	if (!first)
		return STORAGE_UNKNOWN;
	second = probe_create(other, name);
	if (second)
		virStorageVolDelete(second, 0);
	/* Another run may have deleted the first one meanwhile, as a leftover. */
	if (second && !volume_exists(one, name))
		sameness = STORAGE_UNKNOWN;
	if (!second)
		sameness = storage_name_is_taken() ? STORAGE_SAME : STORAGE_UNKNOWN;
	virStorageVolDelete(first, 0);
	return sameness;
}

bool storage_may_be_same(virStoragePoolPtr one, virStoragePoolPtr other, const char *name)
{
	return !one || !other || storage_compare(one, other, name) != STORAGE_OTHER;
}
