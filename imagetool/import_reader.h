/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an image that has been sent back from the hypervisor. */
#ifndef IMAGETOOL_IMPORT_READER_H
#define IMAGETOOL_IMPORT_READER_H

#include "imagetool/image_reader.h"
#include "imagetool/import_target.h"

/* A reader of the target's volume, valid as long as the target. The first
 * bytes, which may not be written yet, come from the job. */
struct image_reader import_reader(struct import_target *target);

#endif
