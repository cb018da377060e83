/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending an image to a hypervisor, by a thread of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/mem.h"
#include "common/virt.h"
#include "imagetool/import_target.h"
#include "imagetool/import_upload.h"
#include "imagetool/sparse.h"

enum {
	WRITING_STEP = 16 * 1024 * 1024,
	/* For the answer to a part, or to the end of the stream. */
	SILENCE_MAX_MS = 60 * 1000,
};

struct import_upload {
	pthread_t thread;
	virConnectPtr connection;
	virStorageVolPtr volume;
	int file; /* the volume's, where the pool's folder is ours to write; else -1 */
	bool keep_head; /* the first bytes are to be written later */
	struct broadcast *broadcast;
	size_t consumer;
	uint64_t sent_bytes;
	struct error error;
	bool failed;
	_Atomic uint64_t
		asked_ms; /* when libvirt was asked for what it does; 0: nothing */
};

static int bytes_send(virStreamPtr stream, const uint8_t *data, size_t size,
		      struct error *error)
{
	while (size) {
		size_t part = size < IMPORT_MESSAGE_SIZE ? size : IMPORT_MESSAGE_SIZE;
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
	static const uint8_t zeros[VOLUME_HEAD_SIZE];
	size_t part = *size < sizeof(zeros) ? *size : sizeof(zeros);

	*data += part;
	*size -= part;
	return bytes_send(stream, zeros, part, error);
}

static int part_send(struct import_upload *upload, virStreamPtr stream,
		     const struct part *part)
{
	const uint8_t *data = part->data;
	size_t left = part->size;

	if (!left)
		return hole_send(stream, part->hole, &upload->error);
	while (left) {
		const uint8_t *rest = data;
		bool is_hole, is_head = upload->keep_head && !upload->sent_bytes &&
					left == part->size;
		size_t run = sparse_run(data, left, &is_hole), size = run;
		int status = 0;

		if (is_hole)
			status = hole_send(stream, run, &upload->error);
		else if (is_head)
			status = head_send(stream, &rest, &size, &upload->error);
		if (status == 0 && !is_hole)
			status = bytes_send(stream, rest, size, &upload->error);
		if (status < 0)
			return -1;
		data += run;
		left -= run;
	}
	return 0;
}

static void asked(struct import_upload *upload)
{
	atomic_store(&upload->asked_ms, clock_ms());
}

static void answered(struct import_upload *upload)
{
	atomic_store(&upload->asked_ms, 0);
}

/*
 * On the hypervisor itself, what has arrived is on its way to the disk while more
 * arrives, so that there is less to wait for in the end: libvirt leaves it to the page
 * cache.
 */
static int parts_send(struct import_upload *upload, virStreamPtr stream)
{
	enum broadcast_result result;
	const struct part *part;
	uint64_t step = 0;

	while ((result = broadcast_get(upload->broadcast, upload->consumer, &part)) ==
	       BROADCAST_PART) {
		int status;

		asked(upload);
		status = part_send(upload, stream, part);
		answered(upload);
		if (status < 0)
			return -1;
		upload->sent_bytes += part->size + part->hole;
		if (upload->file >= 0 && upload->sent_bytes / WRITING_STEP != step) {
			step = upload->sent_bytes / WRITING_STEP;
			sync_file_range(upload->file, 0, 0, SYNC_FILE_RANGE_WRITE);
		}
	}
	if (result == BROADCAST_WHOLE)
		return 0;
	return error_set(&upload->error, "not finished");
}

/*
 * The file's own size, whatever format libvirt takes it for. Not all libvirts report a
 * write that failed when the stream is finished; the file is too short then, since it had
 * no size in the beginning.
 */
static int size_check(struct import_upload *upload)
{
	virStorageVolInfo info;

	if (virStorageVolGetInfoFlags(upload->volume, &info,
				      VIR_STORAGE_VOL_GET_PHYSICAL) < 0)
		return virt_error(&upload->error, "can't see what arrived");
	if (info.allocation == upload->sent_bytes)
		return 0;
	return error_set(&upload->error, "%llu of %llu bytes were written",
			 info.allocation, (unsigned long long)upload->sent_bytes);
}

static int stream_send(struct import_upload *upload)
{
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(upload->connection, 0);
	int status;

	if (!stream || virStorageVolUpload(upload->volume, stream, 0, 0,
					   VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM) < 0)
		return virt_error(&upload->error, "can't upload");
	status = parts_send(upload, stream);
	asked(upload);
	if (status < 0)
		virStreamAbort(stream);
	else if (virStreamFinish(stream) < 0)
		status = virt_error(&upload->error, "can't upload");
	answered(upload);
	return status;
}

static void *upload_run(void *context)
{
	struct import_upload *upload = context;

	upload->failed = stream_send(upload) < 0 || size_check(upload) < 0;
	broadcast_leave(upload->broadcast, upload->consumer);
	return NULL;
}

static void upload_free(struct import_upload *upload)
{
	virStorageVolFree(upload->volume);
	virConnectClose(upload->connection);
	error_free(&upload->error);
	free(upload);
}

struct import_upload *import_upload_begin(const struct import_target *target,
					  struct broadcast *broadcast, size_t consumer,
					  struct error *error)
{
	struct import_upload *upload = mem_zero(1, sizeof(*upload));

	virConnectRef(target->connection);
	virStorageVolRef(target->temporary);
	upload->connection = target->connection;
	upload->volume = target->temporary;
	upload->file = target->file;
	upload->keep_head = !target->local;
	upload->broadcast = broadcast;
	upload->consumer = consumer;
	errno = pthread_create(&upload->thread, NULL, upload_run, upload);
	if (!errno)
		return upload;
	error_errno(error, "can't start a thread");
	broadcast_leave(broadcast, consumer);
	upload_free(upload);
	return NULL;
}

bool import_upload_is_silent(struct import_upload *upload)
{
	uint64_t since = atomic_load(&upload->asked_ms);

	return since && clock_ms() - since > SILENCE_MAX_MS;
}

/* False: libvirt does not answer the thread. */
static bool upload_join(struct import_upload *upload)
{
	while (!import_upload_is_silent(upload)) {
		struct timespec limit;

		clock_gettime(CLOCK_REALTIME, &limit);
		limit.tv_sec++;
		if (pthread_timedjoin_np(upload->thread, NULL, &limit) == 0)
			return true;
	}
	return false;
}

enum import_upload_end import_upload_end(struct import_upload *upload,
					 uint64_t *sent_bytes, struct error *error)
{
	enum import_upload_end end = IMPORT_UPLOAD_SENT;

	if (!upload_join(upload)) {
		error_set(error, "libvirt has not answered for %d s",
			  SILENCE_MAX_MS / 1000);
		pthread_detach(upload->thread);
		return IMPORT_UPLOAD_LOST;
	}
	*sent_bytes = upload->sent_bytes;
	if (upload->failed) {
		end = IMPORT_UPLOAD_FAILED;
		error_set(error, "%s", error_text(&upload->error));
	}
	upload_free(upload);
	return end;
}
