/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes: cloning from an image, writing, growing and deleting, only by libvirt's API.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/back_off.h"
#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/storage_probe.h"
#include "provision/machine/storage.h"
#include "provision/plan/volume_xml.h"

enum { CHUNK_SIZE = 256 * 1024 };

/* Waits before a refused change is tried again; whether it should be. */
static bool is_to_repeat(const struct run *run, struct back_off *back_off)
{
	return virt_is_busy() && back_off_wait(back_off) &&
	       owner_lock_check(run->owner, NULL) == 0;
}

/* Creates a volume as a copy of `source`; NULL: an empty volume, or an overlay. Returns
 * as storage_clone_image() does. */
static int volume_create(struct run *run, virStoragePoolPtr pool, const char *xml,
			 virStorageVolPtr source, unsigned int flags,
			 virStorageVolPtr *volume, struct error *error)
{
	struct back_off back_off = {0};

	if (run_change(run, error) < 0)
		return STORAGE_FAILED;
	do {
		*volume = source ? virStorageVolCreateXMLFrom(pool, xml, source, flags)
				 : virStorageVolCreateXML(pool, xml, flags);
	} while (!*volume && is_to_repeat(run, &back_off));
	run_point(run);
	if (*volume)
		return 0;
	virt_error(error, "can't create the volume");
	return storage_name_is_taken() ? STORAGE_NAME_TAKEN : STORAGE_FAILED;
}

static int volume_remove(struct run *run, virStorageVolPtr volume, struct error *error)
{
	const char *name = virStorageVolGetName(volume);
	struct back_off back_off = {0};

	if (run_change(run, error) < 0)
		return -1;
	while (virStorageVolDelete(volume, 0) < 0)
		if (!is_to_repeat(run, &back_off))
			return virt_error(error, "can't delete volume %s", name);
	run_point(run);
	return 0;
}

static int volume_resize(struct run *run, virStorageVolPtr volume,
			 uint64_t capacity_bytes, struct error *error)
{
	struct back_off back_off = {0};

	if (run_change(run, error) < 0)
		return -1;
	while (virStorageVolResize(volume, capacity_bytes, 0) < 0)
		if (!is_to_repeat(run, &back_off))
			return virt_error(error, "can't grow the volume");
	run_point(run);
	return 0;
}

/* libvirt ignores a larger capacity when it converts an image, so it is set and verified
 * here. */
int storage_grow(struct run *run, virStorageVolPtr volume, uint64_t capacity_bytes,
		 struct error *error)
{
	virStorageVolInfo info;

	if (virStorageVolGetInfo(volume, &info) < 0)
		return virt_error(error, "can't read the volume's size");
	if (info.capacity < capacity_bytes) {
		if (volume_resize(run, volume, capacity_bytes, error) < 0)
			return -1;
		if (virStorageVolGetInfo(volume, &info) < 0)
			return virt_error(error, "can't read the volume's size");
	}
	if (!storage_capacity_is(info.capacity, info.type == VIR_STORAGE_VOL_BLOCK,
				 capacity_bytes))
		return error_set(error, "the volume has %llu bytes, not %" PRIu64,
				 info.capacity, capacity_bytes);
	return 0;
}

static char *target_xml(const struct storage_target *target, enum storage_clone clone,
			const struct storage_source *image, struct error *error)
{
	struct volume_form form = {
		.capacity_bytes = target->capacity_bytes,
		.is_block = !storage_pool_is_folder(target->pool_type)};

	if (clone == STORAGE_OVERLAY) {
		form.backing_path = image->path;
		form.backing_format = image->format;
	}
	return volume_xml_finish(target->xml, strlen(target->xml), &form, error);
}

int storage_clone_image(struct run *run, const struct storage_target *target,
			enum storage_clone clone, const struct storage_source *image,
			struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr source = NULL;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(free_ptr) char *xml = target_xml(target, clone, image, error);
	unsigned int flags = clone == STORAGE_REFLINK ? VIR_STORAGE_VOL_CREATE_REFLINK
						      : 0;
	int status;

	if (!xml)
		return STORAGE_FAILED;
	if (clone != STORAGE_OVERLAY) {
		source = virStorageVolLookupByName(image->pool, image->id);
		if (!source)
			return virt_error(error, "image %s", image->id);
	}
	status = volume_create(run, target->pool, xml, source, flags, &volume, error);
	if (status < 0)
		return status;
	if (storage_grow(run, volume, target->capacity_bytes, error) == 0)
		return 0;
	volume_remove(run, volume, NULL);
	return STORAGE_FAILED;
}

static int stream_write(virStreamPtr stream, const char *data, size_t size,
			struct error *error)
{
	while (size) {
		int sent = virStreamSend(stream, data,
					 size < CHUNK_SIZE ? size : CHUNK_SIZE);

		if (sent < 0)
			return virt_error(error, "can't write the volume");
		data += sent;
		size -= (size_t)sent;
	}
	return 0;
}

static int volume_upload(struct run *run, virConnectPtr connection,
			 virStorageVolPtr volume, const void *data, size_t size,
			 struct error *error)
{
	CLEANUP(virStreamFree_ptr) virStreamPtr stream = virStreamNew(connection, 0);

	if (run_change(run, error) < 0)
		return -1;
	if (!stream || virStorageVolUpload(volume, stream, 0, size, 0) < 0)
		return virt_error(error, "can't write the volume");
	if (stream_write(stream, data, size, error) < 0) {
		virStreamAbort(stream);
		return -1;
	}
	run_point(run);
	if (virStreamFinish(stream) < 0)
		return virt_error(error, "can't write the volume");
	return 0;
}

int storage_write(struct run *run, virConnectPtr connection, virStoragePoolPtr pool,
		  const char *name, const void *data, size_t size, struct error *error)
{
	CLEANUP(free_ptr) char *xml = volume_xml_raw(name, size);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	int status = volume_create(run, pool, xml, NULL, 0, &volume, error);

	if (status < 0)
		return status;
	if (volume_upload(run, connection, volume, data, size, error) == 0)
		return 0;
	volume_remove(run, volume, NULL);
	return STORAGE_FAILED;
}

int storage_delete(struct run *run, virStoragePoolPtr pool, const char *name,
		   struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);

	if (!volume && virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
		return 0;
	if (!volume)
		return virt_error(error, "volume %s", name);
	return volume_remove(run, volume, error);
}
