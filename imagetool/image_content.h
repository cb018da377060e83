/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognizes the kind of a file by its first bytes. */
#ifndef IMAGETOOL_IMAGE_CONTENT_H
#define IMAGETOOL_IMAGE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum image_content {
	CONTENT_RAW, /* no other kind, so taken for a raw disk */
	CONTENT_QCOW2,
	CONTENT_QCOW1,
	CONTENT_QED,
	CONTENT_VMDK,
	CONTENT_VDI,
	CONTENT_VHDX,
	CONTENT_VHD,
	CONTENT_PARALLELS,
	CONTENT_LUKS,
	CONTENT_ISO,
	CONTENT_TAR,
	CONTENT_GZIP, /* this and the following are image_content_packed() */
	CONTENT_BZIP2,
	CONTENT_XZ,
	CONTENT_ZSTD,
	CONTENT_LZ4,
};

/* Bytes that image_content_probe() needs: an ISO file system is recognized at 32 KiB. */
enum { IMAGE_CONTENT_SIZE = 36 * 1024 };

/* Recognizes a file by its first `size` bytes: IMAGE_CONTENT_SIZE, or all of a shorter
 * file. */
enum image_content image_content_probe(const uint8_t *data, size_t size);

/* Whether the last 512 bytes of a file are the footer of a fixed VHD, which is otherwise
 * a raw disk. */
bool image_content_is_vhd_footer(const uint8_t *data, size_t size);

bool image_content_packed(enum image_content content);

/* "qcow2", "raw", "vmdk", ... */
const char *image_content_word(enum image_content content);

#endif
