/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the tables of a qcow2 image: is it complete, and what does its disk contain? */
#ifndef IMAGETOOL_QCOW2_MAP_H
#define IMAGETOOL_QCOW2_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "imagetool/image_reader.h"
#include "imagetool/qcow2.h"

/*
 * Limits of the work for one image, since its tables may be holes in a small file. At the
 * usual cluster size of 64 KiB 1 GiB of L2 tables maps 8 TiB of disk, at 4 KiB 512 GiB;
 * at 512 bytes 1048576 tables map 32 GiB.
 */
#define QCOW2_L2_BYTES_MAX (UINT64_C(1) << 30)
enum { QCOW2_L2_COUNT_MAX = 1024 * 1024 };

/*
 * Fails when a table or a cluster of the active state is beyond the end of the file (the
 * image is truncated), or at an impossible place (damaged), or when the tables exceed the
 * limits above (too large to check): the error is the rest of a sentence that begins with
 * "is". Reads the L1 table and all L2 tables: about 1/8000 of the data at the usual
 * cluster size.
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
