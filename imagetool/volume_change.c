/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creates, copies, deletes and measures volumes, and writes their first bytes. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/back_off.h"
#include "common/mem.h"
#include "common/num.h"
#include "common/virt.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"

virStorageVolPtr volume_create(virStoragePoolPtr pool, const char *name,
			       struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name><capacity>0</capacity>"
			       "<target><format type='raw'/></target></volume>",
			       name);
	virStorageVolPtr volume = virStorageVolCreateXML(pool, xml, 0);

	if (!volume) {
		virt_error(error, "can't create volume %s", name);
	} else if (volume_check_name(volume, name, error) < 0) {
		virStorageVolDelete(volume, 0);
		virStorageVolFree(volume);
		volume = NULL;
	}
	return volume;
}

int volume_delete(virStorageVolPtr volume, struct error *error)
{
	const char *name = virStorageVolGetName(volume);
	struct back_off back_off = {0};

	while (virStorageVolDelete(volume, 0) < 0) {
		if (volume_is_gone())
			return 0;
		if (!virt_is_busy() || !back_off_wait(&back_off))
			return virt_error(error, "can't delete volume %s", name);
	}
	return 0;
}

int volume_delete_name(virStoragePoolPtr pool, const char *name, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = NULL;

	if (volume_lookup(pool, name, &volume, error) < 0)
		return -1;
	return volume ? volume_delete(volume, error) : 0;
}

static int info_read(virStorageVolPtr volume, unsigned int flags, uint64_t *size_bytes,
		     struct error *error)
{
	virStorageVolInfo info;

	if (virStorageVolGetInfoFlags(volume, &info, flags) < 0)
		return virt_error(error, "can't read the size of a volume");
	*size_bytes = info.allocation;
	return 0;
}

int volume_size(virStorageVolPtr volume, uint64_t *size_bytes, struct error *error)
{
	return info_read(volume, VIR_STORAGE_VOL_GET_PHYSICAL, size_bytes, error);
}

int volume_allocation(virStorageVolPtr volume, uint64_t *size_bytes, struct error *error)
{
	return info_read(volume, 0, size_bytes, error);
}

static int bytes_receive(virStreamPtr stream, struct volume_head *head,
			 struct error *error)
{
	size_t room = sizeof(head->bytes);
	int got;

	head->size = 0;
	while ((got = virStreamRecv(stream, (char *)head->bytes + head->size,
				    room - head->size)) > 0) {
		head->size += (size_t)got;
		if (head->size == room)
			break;
	}
	return got < 0 || virStreamFinish(stream) < 0
		       ? virt_error(error, "can't read a volume")
		       : 0;
}

int volume_head_read(virStorageVolPtr volume, struct volume_head *head,
		     struct error *error)
{
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(virStorageVolGetConnect(volume), 0);
	struct back_off back_off = {0};

	while (!stream ||
	       virStorageVolDownload(volume, stream, 0, sizeof(head->bytes), 0) < 0) {
		if (!stream || !virt_is_busy() || !back_off_wait(&back_off))
			return virt_error(error, "can't read a volume");
	}
	return bytes_receive(stream, head, error);
}

bool volume_head_is_set(const struct volume_head *head)
{
	static const uint8_t zeros[VOLUME_HEAD_SIZE];

	return memcmp(head->bytes, zeros, head->size) != 0;
}

int volume_start_write(virStorageVolPtr volume, const void *start, size_t size,
		       struct error *error)
{
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(virStorageVolGetConnect(volume), 0);

	if (!stream || virStorageVolUpload(volume, stream, 0, size, 0) < 0)
		return virt_error(error, "can't write a volume");
	if (virStreamSend(stream, start, size) != (int)size) {
		virt_error(error, "can't write a volume");
		virStreamAbort(stream);
		return -1;
	}
	return virStreamFinish(stream) < 0 ? virt_error(error, "can't write a volume")
					   : 0;
}

int volume_head_write(virStorageVolPtr volume, const struct volume_head *head,
		      struct error *error)
{
	return volume_start_write(volume, head->bytes, head->size, error);
}

int volume_room_check(virStoragePoolPtr pool, virStorageVolPtr volume,
		      uint64_t freed_bytes, struct error *error)
{
	char needed_text[NUM_SIZE_TEXT_MAX], free_text[NUM_SIZE_TEXT_MAX];
	virStoragePoolInfo info;
	uint64_t needed_bytes = 0;

	if (volume_allocation(volume, &needed_bytes, error) < 0)
		return -1;
	if (virStoragePoolGetInfo(pool, &info) < 0)
		return virt_error(error, "can't read the free space of a pool");
	if (info.available + freed_bytes >= needed_bytes)
		return 0;
	return error_set(error, "no room for a copy: it needs %s, and %s are free",
			 num_size_text(needed_bytes, needed_text),
			 num_size_text(info.available + freed_bytes, free_text));
}

int volume_check_size(virStorageVolPtr volume, uint64_t size_bytes, struct error *error)
{
	uint64_t found_bytes = 0;

	if (volume_size(volume, &found_bytes, error) < 0)
		return -1;
	if (found_bytes == size_bytes)
		return 0;
	return error_set(error, "%" PRIu64 " of %" PRIu64 " bytes were written",
			 found_bytes, size_bytes);
}

/* Clones where the file system can, else copies. */
static virStorageVolPtr copy_create(const struct volume_copy *copy, const char *name,
				    struct error *error)
{
	const char *source = virStorageVolGetName(copy->source);
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name>"
			       "<capacity>%" PRIu64
			       "</capacity><allocation>0</allocation>"
			       "<target><format type='raw'/></target></volume>",
			       name, copy->size_bytes);
	virStorageVolPtr volume = virStorageVolCreateXMLFrom(
		copy->pool, xml, copy->source, VIR_STORAGE_VOL_CREATE_REFLINK);

	if (!volume && !copy->clone_only) {
		if (!copy->skip_room_check &&
		    volume_room_check(copy->pool, copy->source, 0, error) < 0)
			return NULL;
		volume = virStorageVolCreateXMLFrom(copy->pool, xml, copy->source, 0);
	}
	if (!volume)
		virt_error(error, "can't copy volume %s", source);
	return volume;
}

int volume_copy(struct volume_copy *copy, const char *name, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = copy_create(copy, name, error);

	copy->is_left = false;
	if (!volume)
		return -1;
	if (volume_check_name(volume, name, error) == 0 &&
	    volume_check_size(volume, copy->size_bytes, error) == 0 &&
	    (!copy->head || volume_head_write(volume, copy->head, error) == 0))
		return 0;
	copy->is_left = volume_delete(volume, NULL) < 0;
	return -1;
}
