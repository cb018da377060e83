/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The partition table at the beginning of a disk: MBR or GPT. */
#ifndef IMAGETOOL_DISK_LABEL_H
#define IMAGETOOL_DISK_LABEL_H

#include <stddef.h>
#include <stdint.h>

enum disk_label_type { DISK_LABEL_NONE, DISK_LABEL_MBR, DISK_LABEL_GPT };

/* Bytes of a disk that disk_label_parse() needs: they have a GPT of 512-byte sectors with
 * the usual 128 entries, and the first entries of a GPT of 4096-byte sectors. */
enum { DISK_LABEL_SIZE = 32 * 1024 };

struct disk_label {
	enum disk_label_type type;
	/* The end of the last partition, or of the GPT's copy at the end of the disk. */
	uint64_t end_bytes;
	/*
	 * Bit 1 << ARCH (enum image_arch) for each architecture that a partition type
	 * names: the root and usr types of
	 * https://uapi-group.org/specifications/specs/discoverable_partitions_specification/
	 * Boot partitions of BIOS and PowerPC do not count: some distributions have them
	 * in images of every architecture.
	 */
	unsigned int arches;
};

/* Reads the partition table from the first `size` bytes of a disk. */
struct disk_label disk_label_parse(const uint8_t *data, size_t size);

/* "mbr", "gpt" or "none" */
const char *disk_label_word(enum disk_label_type type);

#endif
