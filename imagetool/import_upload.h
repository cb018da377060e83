/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending an image to a hypervisor, by a thread of its own. */
#ifndef IMAGETOOL_IMPORT_UPLOAD_H
#define IMAGETOOL_IMPORT_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "imagetool/broadcast.h"

/*
 * The bytes in a message of a stream. libvirt takes up to 256 KiB, but a message that
 * fits into a socket's buffer (208 KiB, net.core.wmem_default) is written at once: while
 * libvirtd is at it, the next one is made.
 */
enum { IMPORT_MESSAGE_SIZE = 192 * 1024 };

struct import_target;
struct import_upload;

/*
 * Starts to send what the broadcast has for this consumer to the target's temporary
 * volume. NULL when that can't be; nothing is waited for then. Ended by
 * import_upload_end().
 */
struct import_upload *import_upload_begin(const struct import_target *target,
					  struct broadcast *broadcast, size_t consumer,
					  struct error *error);

/*
 * Whether libvirt has not answered for a minute, although the connection lives. When a
 * write fails while a hole is on its way, libvirt (9.0 to 11.3 at least) may forget the
 * stream, and with it whoever waits for its end.
 */
bool import_upload_is_silent(struct import_upload *upload);

enum import_upload_end {
	IMPORT_UPLOAD_SENT,
	IMPORT_UPLOAD_FAILED,
	/* Silent for too long: its thread may wait for ever, with the broadcast, which
	 * must not be freed. */
	IMPORT_UPLOAD_LOST,
};

/* Waits until all is sent, or nothing more will be. */
enum import_upload_end import_upload_end(struct import_upload *upload,
					 uint64_t *sent_bytes, struct error *error);

#endif
