/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies a volume through this machine, unchanged whatever its format is. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "imagetool/volume_change.h"
#include "imagetool/volume_transfer.h"

enum {
	PART_SIZE = 192 * 1024, /* see IMPORT_MESSAGE_SIZE */
	/* Smaller holes are sent as zeros: a larger one needs an upload of its own, after
	 * which libvirt reads the pool. */
	HOLE_MIN = 1024 * 1024,
};

static const char zeros[PART_SIZE];

struct transfer {
	virStorageVolPtr volume;
	virStreamPtr in, out; /* NULL: not open */
	uint64_t offset;      /* of the next bytes received */
	uint64_t end;	      /* of the bytes sent */
	uint64_t size_bytes;  /* of the volume */
	struct volume_head head;
};

static int transfer_error(struct error *error)
{
	return virt_error(error, "can't copy a volume through this machine");
}

static int out_end(struct transfer *transfer, struct error *error)
{
	virStreamPtr out = TAKE(transfer->out);
	int status = out ? virStreamFinish(out) : 0;

	if (status < 0)
		transfer_error(error);
	if (out)
		virStreamFree(out);
	return status;
}

static int bytes_send(struct transfer *transfer, const char *data, size_t size,
		      struct error *error)
{
	while (size) {
		int sent = virStreamSend(transfer->out, data, size);

		if (sent < 0)
			return transfer_error(error);
		data += sent;
		size -= (size_t)sent;
		transfer->end += (uint64_t)sent;
	}
	return 0;
}

/* Sends bytes that belong at transfer->offset, and the small hole before them. */
static int data_send(struct transfer *transfer, const char *data, size_t size,
		     struct error *error)
{
	virConnectPtr connection = virStorageVolGetConnect(transfer->volume);

	if (transfer->offset - transfer->end >= HOLE_MIN && out_end(transfer, error) < 0)
		return -1;
	if (!transfer->out) {
		transfer->out = virStreamNew(connection, 0);
		if (!transfer->out || virStorageVolUpload(transfer->volume, transfer->out,
							  transfer->offset, 0, 0) < 0)
			return transfer_error(error);
		transfer->end = transfer->offset;
	}
	while (transfer->end < transfer->offset) {
		uint64_t gap = transfer->offset - transfer->end;

		if (bytes_send(transfer, zeros, gap < PART_SIZE ? (size_t)gap : PART_SIZE,
			       error) < 0)
			return -1;
	}
	transfer->offset += size;
	return bytes_send(transfer, data, size, error);
}

/* Replaces the image's first bytes by zeros, and keeps them for later. */
static void head_take(struct transfer *transfer, char *data, size_t size)
{
	struct volume_head *head = &transfer->head;
	size_t part = sizeof(head->bytes) - head->size;

	if (transfer->offset != head->size || !part)
		return;
	if (part > size)
		part = size;
	memcpy(head->bytes + head->size, data, part);
	memset(data, 0, part);
	head->size += part;
}

/* A hypervisor must not send forever. */
static int size_check(const struct transfer *transfer, uint64_t size, struct error *error)
{
	if (size <= transfer->size_bytes - transfer->offset)
		return 0;
	return error_set(error, "the volume is longer than its %" PRIu64 " bytes",
			 transfer->size_bytes);
}

static int parts_send(struct transfer *transfer, struct error *error)
{
	CLEANUP(free_ptr) char *data = mem_zero(1, PART_SIZE);
	long long hole;

	for (;;) {
		int got = virStreamRecvFlags(transfer->in, data, PART_SIZE,
					     VIR_STREAM_RECV_STOP_AT_HOLE);

		if (got == 0)
			return 0;
		if (got == -3) {
			if (virStreamRecvHole(transfer->in, &hole, 0) < 0)
				return transfer_error(error);
			if (size_check(transfer, (uint64_t)hole, error) < 0)
				return -1;
			transfer->offset += (uint64_t)hole;
			continue;
		}
		if (got < 0)
			return transfer_error(error);
		if (size_check(transfer, (uint64_t)got, error) < 0)
			return -1;
		head_take(transfer, data, (size_t)got);
		if (data_send(transfer, data, (size_t)got, error) < 0)
			return -1;
	}
}

/* Where the volume ends with a hole, its last byte is sent to give it its size. */
static int end_send(struct transfer *transfer, struct error *error)
{
	uint64_t size_bytes = transfer->size_bytes;

	if (transfer->offset != size_bytes)
		return error_set(error, "%" PRIu64 " of %" PRIu64 " bytes were read",
				 transfer->offset, size_bytes);
	if (transfer->end < size_bytes) {
		transfer->offset = size_bytes - 1;
		if (data_send(transfer, zeros, 1, error) < 0)
			return -1;
	}
	return out_end(transfer, error);
}

/* Closes the streams, since a volume can't be deleted while one is open. */
static int transfer_abort(struct transfer *transfer)
{
	if (transfer->out)
		virStreamAbort(transfer->out);
	if (transfer->in)
		virStreamAbort(transfer->in);
	return -1;
}

static int transfer_run(struct transfer *transfer, virStorageVolPtr source,
			struct error *error)
{
	transfer->in = virStreamNew(virStorageVolGetConnect(source), 0);
	if (!transfer->in ||
	    virStorageVolDownload(source, transfer->in, 0, 0,
				  VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM) < 0)
		return transfer_error(error);
	if (parts_send(transfer, error) < 0 || end_send(transfer, error) < 0)
		return transfer_abort(transfer);
	return virStreamFinish(transfer->in) < 0 ? transfer_error(error) : 0;
}

static void transfer_free(struct transfer *transfer)
{
	if (transfer->out)
		virStreamFree(transfer->out);
	if (transfer->in)
		virStreamFree(transfer->in);
	if (transfer->volume)
		virStorageVolFree(transfer->volume);
}

int volume_transfer(virStoragePoolPtr pool, virStorageVolPtr source, const char *name,
		    uint64_t size_bytes, bool *is_left, struct error *error)
{
	CLEANUP(transfer_free) struct transfer transfer = {.size_bytes = size_bytes};

	*is_left = false;
	transfer.volume = volume_create(pool, name, error);
	if (!transfer.volume)
		return -1;
	if (transfer_run(&transfer, source, error) == 0 &&
	    volume_check_size(transfer.volume, size_bytes, error) == 0 &&
	    volume_head_write(transfer.volume, &transfer.head, error) == 0)
		return 0;
	*is_left = volume_delete(transfer.volume, NULL) < 0;
	return -1;
}
