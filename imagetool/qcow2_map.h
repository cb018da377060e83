/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the tables of a qcow2 image: is it complete, and what does its disk contain? */
#ifndef IMAGETOOL_QCOW2_MAP_H
#define IMAGETOOL_QCOW2_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "imagetool/image_reader.h"
#include "imagetool/qcow2.h"

/*
 * Fails when a table or a cluster of the active state is behind the end of the file
 * (which is then truncated), or at a place where none can be (damaged). Reads the L1
 * table and all L2 tables: about 1/8000 of the data at the usual cluster size.
 */
int qcow2_check(const struct qcow2 *header, struct image_reader *reader,
		struct error *error);

/*
 * Reads the first `size` bytes of the virtual disk, at most its first cluster. What is
 * not allocated reads as zeros. Fails on an image with a backing or data file or with
 * encryption, since its bytes are in another file or are not readable.
 */
int qcow2_read_start(const struct qcow2 *header, struct image_reader *reader,
		     uint8_t *data, size_t size, struct error *error);

#endif
