/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an incomplete or half deleted volume is still the one that was recorded. */
#define _GNU_SOURCE
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/storage_probe.h"
#include "provision/machine/volume_record.h"

enum { POLL_MS = 100, BUILD_LIMIT_S = 600 };

static int contents_find(virStorageVolPtr volume, char **backing, char **format,
			 struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	const char *name = virStorageVolGetName(volume);
	CLEANUP(free_ptr) char *text = virStorageVolGetXMLDesc(volume, 0);

	if (!text)
		return virt_error(error, "volume %s", name);
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	*backing = xml_string(&xml, NULL, "/volume/backingStore/path");
	*format = xml_string(&xml, NULL, "/volume/target/format/@type");
	return 0;
}

/* libvirt names what a raw volume contains, "iso" for instance, once it has looked. */
static bool is_qcow2(const char *format)
{
	return !strcmp(format, "qcow2");
}

/* 1 if they are, 0 if not, -1 if that can't be read. */
static int contents_are(virStorageVolPtr volume, const struct volume_record *record,
			struct error *error)
{
	CLEANUP(free_ptr) char *backing = NULL;
	CLEANUP(free_ptr) char *format = NULL;

	if (contents_find(volume, &backing, &format, error) < 0)
		return -1;
	if (record->format && format && is_qcow2(record->format) != is_qcow2(format))
		return 0;
	return text_equal(backing, record->backing);
}

int volume_record_read(virStoragePoolPtr pool, const char *name, uint64_t *capacity_bytes,
		       char **backing, char **format, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
	virStorageVolInfo info;

	if (!volume)
		return virt_error_code() == VIR_ERR_NO_STORAGE_VOL
			       ? 1
			       : virt_error(error, "volume %s", name);
	*capacity_bytes = 0;
	if (virStorageVolGetInfo(volume, &info) == 0) {
		if (contents_find(volume, backing, format, error) < 0)
			return -1;
		*capacity_bytes = info.capacity;
		return 0;
	}
	/* Its file is missing, or damaged; with the connection lost, nobody knows. */
	virt_error(error, "volume %s", name);
	if (virConnectIsAlive(virStoragePoolGetConnect(pool)) != 1)
		return -1;
	error_free(error);
	return 0;
}

bool volume_is_building(virStorageVolPtr volume)
{
	virConnectPtr connection = virStorageVolGetConnect(volume);
	CLEANUP(virStreamFree_ptr) virStreamPtr stream = virStreamNew(connection, 0);

	if (!stream)
		return false;
	if (virStorageVolDownload(volume, stream, 0, 1, 0) == 0) {
		virStreamAbort(stream);
		return false;
	}
	return virt_is_building();
}

int volume_lock_check(virStoragePoolPtr pool, const char *name, const char *probe,
		      struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
	int locked;

	if (!volume && virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
		return 0;
	if (!volume)
		return virt_error(error, "volume %s", name);
	if (volume_is_building(volume))
		return 0;
	locked = storage_is_locked(volume, probe, error);
	if (locked < 0)
		return error_context(error, "volume %s", name);
	if (!locked)
		return 0;
	return error_set(error,
			 "volume %s of pool %s has been opened by another guest "
			 "meanwhile; it is not deleted",
			 name, virStoragePoolGetName(pool));
}

static int build_wait(struct run *run, virStorageVolPtr volume, struct error *error)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};

	for (unsigned int waited_ms = 0; volume_is_building(volume);
	     waited_ms += POLL_MS) {
		if (waited_ms >= BUILD_LIMIT_S * 1000 || *run->interrupted)
			return error_set(error, "volume %s is still being created",
					 virStorageVolGetName(volume));
		nanosleep(&pause, NULL);
	}
	return 0;
}

static bool has_capacity(const virStorageVolInfo *info, uint64_t wanted_bytes)
{
	return storage_capacity_is(info->capacity, info->type == VIR_STORAGE_VOL_BLOCK,
				   wanted_bytes);
}

int volume_record_delete(struct run *run, virStoragePoolPtr pool,
			 const struct volume_record *record, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, record->name);
	virStorageVolInfo info;
	int same;

	if (!volume && virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
		return 0;
	if (!volume)
		return virt_error(error, "volume %s", record->name);
	if (build_wait(run, volume, error) < 0)
		return -1;
	if (virStorageVolGetInfo(volume, &info) < 0) {
		/* Its file no longer exists; libvirt still has to remove it from its
		 * pool. */
		if (virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
			return storage_delete(run, pool, record->name, error);
		return virt_error(error, "volume %s", record->name);
	}
	if (info.capacity && !(has_capacity(&info, record->capacity_bytes) ||
			       has_capacity(&info, record->image_bytes)))
		return 1;
	same = info.capacity ? contents_are(volume, record, error) : 1;
	if (same <= 0)
		return same < 0 ? -1 : 1;
	return storage_delete(run, pool, record->name, error);
}
