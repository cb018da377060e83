/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends a new image straight to its name, on a hypervisor elsewhere. */
#ifndef IMAGETOOL_IMPORT_DIRECT_H
#define IMAGETOOL_IMPORT_DIRECT_H

#include "imagetool/import_target.h"

/*
 * A new qcow2 image needs no temporary volume, which libvirt would have to copy, since it
 * can't rename one: zeros are sent in place of its first bytes, so that every program
 * takes it for something else. A mark beside it says that it is incomplete. When all the
 * rest is checked and on the disk, the first bytes are written, and the mark is deleted.
 *
 * So after a crash at any moment, also of the hypervisor, an image with its first bytes
 * is complete, and one without is removed by the next import, see leftovers.h. The mark
 * shows that it still belongs to this import: others delete it first.
 */

/*
 * Creates the mark and the image, with the image's lock, and cleans up what other imports
 * of it left. target->mark stays NULL when the image exists and is to be replaced. -1 on
 * failure, which is in the result.
 */
int import_direct_begin(struct import_target *target);

/* Whether another import has taken this one for dead, and its name: then that is the
 * error, and the image is forgotten. */
bool import_direct_check_lost(struct import_target *target);

/*
 * Writes the image to the disk and completes it; -1 on failure, which is in the result.
 * Where libvirt can't be made to write it (see volume_sync.h), the image becomes a copy
 * of what was sent, since libvirt writes to the disk what it copies.
 */
int import_direct_publish(struct import_target *target);

/* Deletes the image and then the mark, as far as they still belong to this import. */
void import_direct_undo(struct import_target *target);

#endif
