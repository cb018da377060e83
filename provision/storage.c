/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes: cloned from an image, written, deleted, by libvirt's API alone. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "provision/storage.h"
#include "provision/volume_xml.h"

enum {
	BUSY_TRIES = 12, /* from 50 ms to 2 s between two of them, about 15 s in all */
	BUSY_PAUSE_FIRST_MS = 50,
	BUSY_PAUSE_MAX_MS = 2000,
	CHUNK_SIZE = 256 * 1024,
};

/* Another volume of the pool is being built, or an image read by somebody. */
static bool is_busy(void)
{
	virErrorPtr last = virGetLastError();

	return last && last->message &&
	       ((last->code == VIR_ERR_INTERNAL_ERROR &&
		 strstr(last->message, "asynchronous jobs running")) ||
		(last->code == VIR_ERR_OPERATION_INVALID &&
		 (strstr(last->message, "still being allocated") ||
		  strstr(last->message, "still in use"))));
}

/* Waits before another try; false when there were enough. */
static bool busy_pause(unsigned int *tries)
{
	unsigned int pause_ms = BUSY_PAUSE_FIRST_MS << (*tries < 6 ? *tries : 6);
	struct timespec pause;

	if (!is_busy() || ++*tries >= BUSY_TRIES)
		return false;
	if (pause_ms > BUSY_PAUSE_MAX_MS)
		pause_ms = BUSY_PAUSE_MAX_MS;
	pause.tv_sec = pause_ms / 1000;
	pause.tv_nsec = (long)(pause_ms % 1000) * 1000000;
	nanosleep(&pause, NULL);
	return true;
}

bool storage_pool_is_folder(const char *type)
{
	return !strcmp(type, "dir") || !strcmp(type, "fs") || !strcmp(type, "netfs");
}

int storage_clone_choose(enum batch_clone wanted, const char *image_pool_type,
			 const char *root_pool_type, enum storage_clone *clone,
			 struct error *error)
{
	bool possible = storage_pool_is_folder(image_pool_type) &&
			storage_pool_is_folder(root_pool_type);

	if (wanted == BATCH_CLONE_OVERLAY && !possible)
		return error_set(error,
				 "overlay needs images and root volumes in dir pools, "
				 "these are %s and %s",
				 image_pool_type, root_pool_type);
	*clone = possible && wanted != BATCH_CLONE_COPY ? STORAGE_OVERLAY : STORAGE_COPY;
	return 0;
}

bool storage_name_taken(void)
{
	virErrorPtr last = virGetLastError();

	if (!last || !last->message)
		return false;
	return last->code == VIR_ERR_STORAGE_VOL_EXIST ||
	       strstr(last->message, "already in use") ||
	       strstr(last->message, "already exists");
}

/*
 * Raw to raw the file system may share the blocks (ioctl_ficlone(2)); libvirt gives up
 * when it can't, and for every other format, instead of copying.
 */
static virStorageVolPtr volume_copy(virStoragePoolPtr pool, const char *xml,
				    virStorageVolPtr source)
{
	virStorageVolPtr volume = virStorageVolCreateXMLFrom(
		pool, xml, source, VIR_STORAGE_VOL_CREATE_REFLINK);

	if (volume || storage_name_taken() || is_busy())
		return volume;
	return virStorageVolCreateXMLFrom(pool, xml, source, 0);
}

static virStorageVolPtr volume_create(struct run *run, virStoragePoolPtr pool,
				      const char *xml, virStorageVolPtr source,
				      struct error *error)
{
	unsigned int tries = 0;
	virStorageVolPtr volume;

	run_point(run);
	do {
		volume = source ? volume_copy(pool, xml, source)
				: virStorageVolCreateXML(pool, xml, 0);
	} while (!volume && busy_pause(&tries));
	run_point(run);
	if (!volume)
		virt_error(error, "can't create the volume");
	return volume;
}

static int volume_remove(struct run *run, virStorageVolPtr volume, struct error *error)
{
	unsigned int tries = 0;

	run_point(run);
	while (virStorageVolDelete(volume, 0) < 0)
		if (!busy_pause(&tries))
			return virt_error(error, "can't delete volume %s",
					  virStorageVolGetName(volume));
	run_point(run);
	return 0;
}

/* libvirt ignores a larger capacity when it converts, so it is set and looked at here. */
static int volume_grow(struct run *run, virStorageVolPtr volume, uint64_t capacity_bytes,
		       struct error *error)
{
	virStorageVolInfo info;
	unsigned int tries = 0;

	if (virStorageVolGetInfo(volume, &info) < 0)
		return virt_error(error, "can't read the volume's size");
	if (info.capacity > capacity_bytes)
		return error_set(error,
				 "the image has %llu bytes, the plan's disk %" PRIu64,
				 info.capacity, capacity_bytes);
	run_point(run);
	while (info.capacity < capacity_bytes &&
	       virStorageVolResize(volume, capacity_bytes, 0) < 0)
		if (!busy_pause(&tries))
			return virt_error(error, "can't grow the volume");
	run_point(run);
	if (virStorageVolGetInfo(volume, &info) < 0)
		return virt_error(error, "can't read the volume's size");
	if (info.capacity < capacity_bytes)
		return error_set(error, "the volume has %llu bytes, not %" PRIu64,
				 info.capacity, capacity_bytes);
	return 0;
}

int storage_clone_image(struct run *run, virStoragePoolPtr pool, const char *xml,
			size_t xml_size, enum storage_clone clone,
			const struct storage_source *image, uint64_t capacity_bytes,
			struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr source = NULL;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(free_ptr) char *finished = NULL;

	finished = volume_xml_finish(xml, xml_size, capacity_bytes,
				     clone == STORAGE_OVERLAY ? image->path : NULL,
				     image->format, error);
	if (!finished)
		return -1;
	if (clone == STORAGE_COPY) {
		source = virStorageVolLookupByName(image->pool, image->id);
		if (!source)
			return virt_error(error, "image %s", image->id);
	}
	volume = volume_create(run, pool, finished, source, error);
	if (!volume)
		return -1;
	if (volume_grow(run, volume, capacity_bytes, error) == 0)
		return 0;
	volume_remove(run, volume, NULL);
	return -1;
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

	if (!stream || virStorageVolUpload(volume, stream, 0, size, 0) < 0)
		return virt_error(error, "can't write the volume");
	run_point(run);
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
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = volume_create(run, pool, xml, NULL, error);

	if (!volume)
		return -1;
	if (volume_upload(run, connection, volume, data, size, error) == 0)
		return 0;
	volume_remove(run, volume, NULL);
	return -1;
}

int storage_grow(struct run *run, virStoragePoolPtr pool, const char *name,
		 uint64_t capacity_bytes, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);

	if (!volume)
		return virt_error(error, "volume %s", name);
	return volume_grow(run, volume, capacity_bytes, error);
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
