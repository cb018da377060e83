/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognizes the kind of a file by its first bytes. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "imagetool/image_content.h"

struct signature {
	enum image_content content;
	size_t offset;
	size_t size;
	const char *bytes;
};

/* Compressed kinds come last: the other signatures are more specific. */
static const struct signature signatures[] = {
	{CONTENT_QCOW1, 0, 8, "QFI\xfb\0\0\0\1"},
	{CONTENT_QCOW2, 0, 4, "QFI\xfb"},
	{CONTENT_QED, 0, 4, "QED\0"},
	{CONTENT_VMDK, 0, 4, "KDMV"},
	{CONTENT_VMDK, 0, 4, "COWD"},
	{CONTENT_VMDK, 0, 21, "# Disk DescriptorFile"},
	{CONTENT_VDI, 0x40, 4, "\x7f\x10\xda\xbe"},
	{CONTENT_VHDX, 0, 8, "vhdxfile"},
	{CONTENT_VHD, 0, 8, "conectix"},
	{CONTENT_PARALLELS, 0, 16, "WithoutFreeSpace"},
	{CONTENT_PARALLELS, 0, 16, "WithouFreSpacExt"},
	{CONTENT_LUKS, 0, 6, "LUKS\xba\xbe"},
	{CONTENT_ISO, 0x8001, 5, "CD001"},
	{CONTENT_TAR, 257, 5, "ustar"},
	{CONTENT_GZIP, 0, 3, "\x1f\x8b\x08"},
	{CONTENT_BZIP2, 0, 3, "BZh"},
	{CONTENT_XZ, 0, 6,
	 "\xfd"
	 "7zXZ\0"},
	{CONTENT_ZSTD, 0, 4, "\x28\xb5\x2f\xfd"},
	{CONTENT_LZ4, 0, 4, "\x04\x22\x4d\x18"},
};

enum image_content image_content_probe(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_LENGTH(signatures); i++) {
		const struct signature *s = &signatures[i];

		if (s->offset + s->size <= size &&
		    !memcmp(data + s->offset, s->bytes, s->size))
			return s->content;
	}
	return CONTENT_RAW;
}

bool image_content_is_vhd_footer(const uint8_t *data, size_t size)
{
	return size >= 8 && !memcmp(data, "conectix", 8);
}

bool image_content_packed(enum image_content content)
{
	return content >= CONTENT_GZIP;
}

const char *image_content_word(enum image_content content)
{
	static const char *const words[] = {
		[CONTENT_RAW] = "raw",
		[CONTENT_QCOW2] = "qcow2",
		[CONTENT_QCOW1] = "qcow",
		[CONTENT_QED] = "qed",
		[CONTENT_VMDK] = "vmdk",
		[CONTENT_VDI] = "vdi",
		[CONTENT_VHDX] = "vhdx",
		[CONTENT_VHD] = "vhd",
		[CONTENT_PARALLELS] = "parallels",
		[CONTENT_LUKS] = "luks",
		[CONTENT_ISO] = "iso",
		[CONTENT_TAR] = "tar",
		[CONTENT_GZIP] = "gz",
		[CONTENT_BZIP2] = "bz2",
		[CONTENT_XZ] = "xz",
		[CONTENT_ZSTD] = "zst",
		[CONTENT_LZ4] = "lz4",
	};

	return words[content];
}
