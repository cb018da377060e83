/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of volumes that libvirt does not report, found by trying. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "imagetool/volume.h"
#include "provision/machine/storage.h"
#include "provision/machine/storage_probe.h"
#include "provision/plan/volume_xml.h"

enum { PROBE_BYTES = 64 * 1024 };

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

/* The XML of an overlay on that file; NULL: without a backing file. */
static char *probe_xml(const char *name, const char *backing_path, const char *format)
{
	const struct volume_form form = {.capacity_bytes = PROBE_BYTES,
					 .backing_path = backing_path,
					 .backing_format = format};
	/* The name contains a machine's name, which has no character to escape. */
	CLEANUP(free_ptr)
	char *plain = mem_format("<volume><name>%s</name>"
				 "<target><format type='qcow2'/></target></volume>",
				 name);

	return volume_xml_finish(plain, strlen(plain), &form, NULL);
}

/* Copying an overlay reads its backing file, as many bytes as the overlay has. */
static bool overlay_is_refused(virStoragePoolPtr pool, const struct volume *volume)
{
	CLEANUP(free_ptr) char *name = mem_format(".%s.probe", volume->name);
	CLEANUP(free_ptr) char *copy_name = mem_format(".%s.probe-copy", volume->name);
	CLEANUP(free_ptr) char *xml = probe_xml(name, volume->path, volume->format);
	CLEANUP(free_ptr) char *copy_xml = probe_xml(copy_name, NULL, NULL);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr overlay = NULL, copy = NULL;
	bool is_refused = false;

	volume_drop(pool, copy_name);
	volume_drop(pool, name);
	overlay = virStorageVolCreateXML(pool, xml, 0);
	if (!overlay)
		return false;
	copy = virStorageVolCreateXMLFrom(pool, copy_xml, overlay, 0);
	if (copy)
		virStorageVolDelete(copy, 0);
	else
		is_refused = is_lock_error();
	virStorageVolDelete(overlay, 0);
	return is_refused;
}

int storage_is_locked(virStorageVolPtr handle, struct error *error)
{
	CLEANUP(volume_free) struct volume volume = {0};
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByVolume(handle);
	virStorageVolInfo info;
	bool is_qcow2;

	if (!pool || virStorageVolGetInfo(handle, &info) < 0 ||
	    volume_read(handle, &volume, NULL) < 0)
		return virt_is_unasked() ? virt_error(error, "whether it is in use") : 0;
	is_qcow2 = !strcmp(volume.format, "qcow2");
	if (info.type != VIR_STORAGE_VOL_FILE ||
	    (!is_qcow2 && strcmp(volume.format, "raw") != 0))
		return 0;
	/* libvirt refuses a smaller capacity than the allocation, before it runs
	 * qemu-img. */
	if (is_qcow2 && info.allocation <= info.capacity)
		return virStorageVolResize(handle, info.capacity, 0) < 0 &&
		       is_lock_error();
	return overlay_is_refused(pool, &volume);
}

static virStorageVolPtr probe_create(virStoragePoolPtr pool, const char *name)
{
	CLEANUP(free_ptr) char *xml = volume_xml_raw(name, 1);

	return virStorageVolCreateXML(pool, xml, 0);
}

static bool volume_exists(virStoragePoolPtr pool, const char *name)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
	virStorageVolInfo info;

	return volume && virStorageVolGetInfo(volume, &info) == 0;
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
