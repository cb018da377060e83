/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The volume that an image is sent to. */
#ifndef IMAGETOOL_IMPORT_VOLUME_H
#define IMAGETOOL_IMPORT_VOLUME_H

#include "imagetool/broadcast.h"
#include "imagetool/import_target.h"

/*
 * Creates it: a temporary volume, or the image itself (import_direct.h). Removes what
 * killed imports elsewhere left. -1 on failure, which is in the result.
 */
int import_volume_prepare(struct import_target *target);

/* Starts to send to it what the broadcast has for this consumer. -1 as above. */
int import_volume_upload(struct import_target *target, struct broadcast *broadcast,
			 size_t consumer);

/*
 * Waits for target->upload. When it failed, finds out why, over a new connection if
 * necessary. False: the upload is lost, and its thread still uses the broadcast.
 */
bool import_volume_upload_end(struct import_target *target);

/* Deletes it, unless it was published, and disconnects. */
void import_volume_close(struct import_target *target);

#endif
