/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image on its way to a hypervisor, and looked at there. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/import_target.h"
#include "imagetool/sparse.h"

enum {
	/* Of a stream; what libvirt's own functions for whole files send. */
	MESSAGE_SIZE = 256 * 1024 - 24,
	WRITING_STEP = 16 * 1024 * 1024,
	FULL_BYTES = 1024 * 1024, /* with less than this to spare a disk is full */
};

static int bytes_send(virStreamPtr stream, const uint8_t *data, size_t size,
		      struct error *error)
{
	while (size) {
		size_t part = size < MESSAGE_SIZE ? size : MESSAGE_SIZE;
		int sent = virStreamSend(stream, (const char *)data, part);

		if (sent < 0)
			return virt_error(error, "can't send");
		data += sent;
		size -= (size_t)sent;
	}
	return 0;
}

static int hole_send(virStreamPtr stream, uint64_t size, struct error *error)
{
	if (virStreamSendHole(stream, (long long)size, 0) < 0)
		return virt_error(error, "can't send");
	return 0;
}

/* The image's first bytes, kept back where they are written last. */
static int head_send(virStreamPtr stream, const uint8_t **data, size_t *size,
		     struct error *error)
{
	static const uint8_t zeros[IMPORT_HEAD_SIZE];
	size_t part = *size < sizeof(zeros) ? *size : sizeof(zeros);

	*data += part;
	*size -= part;
	return bytes_send(stream, zeros, part, error);
}

static int part_send(struct import_target *target, virStreamPtr stream,
		     const struct part *part)
{
	const uint8_t *data = part->data;
	size_t left = part->size;

	if (!left)
		return hole_send(stream, part->hole, &target->error);
	while (left) {
		const uint8_t *rest = data;
		bool is_hole, is_head = !target->local && !target->sent_bytes &&
					left == part->size;
		size_t run = sparse_run(data, left, &is_hole), size = run;
		int status = 0;

		if (is_hole)
			status = hole_send(stream, run, &target->error);
		else if (is_head)
			status = head_send(stream, &rest, &size, &target->error);
		if (status == 0 && !is_hole)
			status = bytes_send(stream, rest, size, &target->error);
		if (status < 0)
			return -1;
		data += run;
		left -= run;
	}
	return 0;
}

/*
 * On the hypervisor itself, what has arrived is on its way to the disk while more
 * arrives, so that there is less to wait for in the end: libvirt leaves it to the page
 * cache.
 */
static int parts_send(struct import_target *target, virStreamPtr stream)
{
	enum broadcast_result result;
	const struct part *part;
	uint64_t step = 0;

	while ((result = broadcast_get(target->broadcast, target->consumer, &part)) ==
	       BROADCAST_PART) {
		if (part_send(target, stream, part) < 0)
			return -1;
		target->sent_bytes += part->size + part->hole;
		if (target->local && target->sent_bytes / WRITING_STEP != step) {
			step = target->sent_bytes / WRITING_STEP;
			sync_file_range(target->file, 0, 0, SYNC_FILE_RANGE_WRITE);
		}
	}
	if (result == BROADCAST_WHOLE)
		return 0;
	return error_set(&target->error, "not finished");
}

/*
 * libvirt does not tell why a write failed, only that nobody takes bytes any more: what
 * the pool has to spare tells whether the disk is full.
 */
static int send_fail(struct import_target *target)
{
	struct error reason = target->error;
	virStoragePoolInfo info;

	target->error = (struct error){0};
	if (virConnectIsAlive(target->connection) > 0 &&
	    import_pool_refresh(target) == 0 &&
	    virStoragePoolGetInfo(target->pool.pool, &info) == 0 &&
	    info.available < FULL_BYTES)
		error_set(&reason, "the disk of pool %s is full", target->pool.name);
	error_free(&target->error);
	target->error = reason;
	return import_target_fail(target);
}

/*
 * The file's own size, whatever format libvirt takes it for. Not all libvirts report a
 * write that failed when the stream is finished; the file is too short then, since it had
 * no size in the beginning.
 */
static int size_check(struct import_target *target)
{
	virStorageVolInfo info;

	if (virStorageVolGetInfoFlags(target->temporary, &info,
				      VIR_STORAGE_VOL_GET_PHYSICAL) < 0)
		return virt_error(&target->error, "can't see what arrived");
	if (info.allocation == target->sent_bytes)
		return 0;
	return error_set(&target->error, "%llu of %llu bytes were written",
			 info.allocation, (unsigned long long)target->sent_bytes);
}

int import_target_upload(struct import_target *target)
{
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(target->connection, 0);

	if (!stream || virStorageVolUpload(target->temporary, stream, 0, 0,
					   VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM) < 0) {
		virt_error(&target->error, "can't upload");
		return import_target_fail(target);
	}
	if (parts_send(target, stream) < 0) {
		virStreamAbort(stream);
		return send_fail(target);
	}
	if (virStreamFinish(stream) < 0) {
		virt_error(&target->error, "can't upload");
		return send_fail(target);
	}
	if (size_check(target) < 0)
		return send_fail(target);
	return 0;
}

static int bytes_receive(virStreamPtr stream, char *data, size_t size,
			 struct error *error)
{
	while (size) {
		int got = virStreamRecv(stream, data, size);

		if (got < 0)
			return virt_error(error, "can't read back");
		if (got == 0)
			return error_set(error, "can't read back: the volume ended");
		data += got;
		size -= (size_t)got;
	}
	return 0;
}

static int volume_read_part(void *context, uint64_t offset, void *data, size_t size,
			    struct error *error)
{
	struct import_target *target = context;
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(target->connection, 0);
	const struct import_job *job = target->job;

	if (!stream ||
	    virStorageVolDownload(target->temporary, stream, offset, size, 0) < 0)
		return virt_error(error, "can't read back");
	if (bytes_receive(stream, data, size, error) < 0) {
		virStreamAbort(stream);
		return -1;
	}
	if (virStreamFinish(stream) < 0)
		return virt_error(error, "can't read back");
	if (offset < job->head_size) {
		size_t part = job->head_size - (size_t)offset;

		memcpy(data, job->head + offset, part < size ? part : size);
	}
	return 0;
}

struct image_reader import_target_reader(struct import_target *target)
{
	return (struct image_reader){
		.size_bytes = target->sent_bytes,
		.read = volume_read_part,
		.context = target,
	};
}
