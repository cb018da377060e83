/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an image that has been sent back from the hypervisor. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/import_reader.h"

static int bytes_receive(virStreamPtr stream, char *data, size_t size,
			 struct error *error)
{
	while (size) {
		int got = virStreamRecv(stream, data, size);

		if (got < 0)
			return virt_error(error, "can't read back");
		if (got == 0)
			return error_set(error,
					 "can't read back: the volume is too short");
		data += got;
		size -= (size_t)got;
	}
	return 0;
}

static int volume_bytes_read(void *context, uint64_t offset, void *data, size_t size,
			     struct error *error)
{
	struct import_target *target = context;
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(target->connection, 0);
	const struct import_job *job = target->job;

	if (!stream || virStorageVolDownload(target->volume, stream, offset, size, 0) < 0)
		return virt_error(error, "can't read back");
	if (bytes_receive(stream, data, size, error) < 0) {
		virStreamAbort(stream);
		return -1;
	}
	if (virStreamFinish(stream) < 0)
		return virt_error(error, "can't read back");
	if (offset < job->head.size) {
		size_t part = job->head.size - (size_t)offset;

		memcpy(data, job->head.bytes + offset, part < size ? part : size);
	}
	return 0;
}

struct image_reader import_reader(struct import_target *target)
{
	return (struct image_reader){
		.size_bytes = target->sent_bytes,
		.read = volume_bytes_read,
		.context = target,
	};
}
