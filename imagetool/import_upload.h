/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends an image to a hypervisor, in a thread of its own. */
#ifndef IMAGETOOL_IMPORT_UPLOAD_H
#define IMAGETOOL_IMPORT_UPLOAD_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "imagetool/broadcast.h"

/*
 * The size in bytes of a message in a stream. libvirt takes up to 256 KiB, but one that
 * fits into a socket's buffer (208 KiB, net.core.wmem_default) is written at once: while
 * libvirtd works on it, the next one is prepared.
 */
enum { IMPORT_MESSAGE_SIZE = 192 * 1024 };

struct import_upload;

struct import_upload_options {
	virConnectPtr connection;
	virStorageVolPtr volume; /* empty */
	int file;	/* of the volume, where this process may write it; else -1 */
	bool keep_head; /* the first VOLUME_HEAD_SIZE bytes are written later */
	struct broadcast *broadcast;
	size_t consumer; /* number of this one */
};

/*
 * Starts to send what the broadcast has for this consumer to the volume. The caller ends
 * it with import_upload_end(). On failure it returns NULL, and the consumer has left the
 * broadcast.
 */
struct import_upload *import_upload_begin(const struct import_upload_options *options,
					  struct error *error);

/*
 * Whether libvirt has not answered for a minute although the connection is alive. When a
 * write fails while a hole is on its way, libvirt (9.0 to 11.3 at least) may forget the
 * stream, and the call that waits for its end never returns.
 */
bool import_upload_is_silent(struct import_upload *upload);

enum import_upload_end {
	IMPORT_UPLOAD_SENT,
	IMPORT_UPLOAD_FAILED,
	/* Silent for too long: its thread may wait forever and use the broadcast, which
	 * must not be freed. */
	IMPORT_UPLOAD_LOST,
};

/* Waits until everything is sent, or sending has failed. Frees the upload. */
enum import_upload_end import_upload_end(struct import_upload *upload,
					 uint64_t *sent_bytes, struct error *error);

#endif
