/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends an image to a hypervisor, in a thread of its own. */
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
#include "imagetool/import_upload.h"
#include "imagetool/sparse.h"
#include "imagetool/volume_change.h"

enum {
	WRITING_STEP = 16 * 1024 * 1024,
	/* Waits this long for the reply to a part, or to the end of the stream. */
	SILENCE_MAX_MS = 60 * 1000,
};

struct import_upload {
	pthread_t thread;
	virConnectPtr connection;
	virStorageVolPtr volume;
	int file;
	bool keep_head;
	struct broadcast *broadcast;
	size_t consumer;
	uint64_t sent_bytes;
	struct error error;
	bool failed;
	/* When the call of libvirt began that has not returned; 0: there is none. */
	_Atomic uint64_t called_ms;
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

/* Sends zeros instead of the image's first bytes, which are written last. */
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

static void call_begin(struct import_upload *upload)
{
	atomic_store(&upload->called_ms, clock_ms());
}

static void call_end(struct import_upload *upload)
{
	atomic_store(&upload->called_ms, 0);
}

/*
 * libvirt leaves what arrives to the page cache. On the hypervisor itself the kernel is
 * asked to write it while more arrives, so that the fsync() at the end is short.
 */
static int parts_send(struct import_upload *upload, virStreamPtr stream)
{
	enum broadcast_result result;
	const struct part *part;
	uint64_t step = 0;

	while ((result = broadcast_get(upload->broadcast, upload->consumer, &part)) ==
	       BROADCAST_PART) {
		int status;

		call_begin(upload);
		status = part_send(upload, stream, part);
		call_end(upload);
		if (status < 0)
			return -1;
		upload->sent_bytes += part->size + part->hole;
		if (upload->file >= 0 && upload->sent_bytes / WRITING_STEP != step) {
			step = upload->sent_bytes / WRITING_STEP;
			sync_file_range(upload->file, 0, 0, SYNC_FILE_RANGE_WRITE);
		}
	}
	if (result == BROADCAST_COMPLETE)
		return 0;
	return error_set(&upload->error, "not finished");
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
	call_begin(upload);
	if (status < 0)
		virStreamAbort(stream);
	else if (virStreamFinish(stream) < 0)
		status = virt_error(&upload->error, "can't upload");
	call_end(upload);
	return status;
}

static void *upload_run(void *context)
{
	struct import_upload *upload = context;

	/* Some versions of libvirt do not report a failed write when the stream is
	 * finished; then the file is too short, since it was empty at first. */
	upload->failed = stream_send(upload) < 0 ||
			 volume_check_size(upload->volume, upload->sent_bytes,
					   &upload->error) < 0;
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

struct import_upload *import_upload_begin(const struct import_upload_options *options,
					  struct error *error)
{
	struct import_upload *upload = mem_zero(1, sizeof(*upload));

	virConnectRef(options->connection);
	virStorageVolRef(options->volume);
	upload->connection = options->connection;
	upload->volume = options->volume;
	upload->file = options->file;
	upload->keep_head = options->keep_head;
	upload->broadcast = options->broadcast;
	upload->consumer = options->consumer;
	errno = pthread_create(&upload->thread, NULL, upload_run, upload);
	if (!errno)
		return upload;
	error_errno(error, "can't start a thread");
	broadcast_leave(options->broadcast, options->consumer);
	upload_free(upload);
	return NULL;
}

bool import_upload_is_silent(struct import_upload *upload)
{
	uint64_t since = atomic_load(&upload->called_ms);

	return since && clock_ms() - since > SILENCE_MAX_MS;
}

/* False: the thread waits in a call that does not return. */
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
