/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a qcow2 image, https://www.qemu.org/docs/master/interop/qcow2.html */
#ifndef IMAGETOOL_QCOW2_H
#define IMAGETOOL_QCOW2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

enum {
	/* Maximum size of a header. The format allows a cluster (up to 2 MiB), but the
	 * headers that QEMU writes end before 4 KiB. */
	QCOW2_HEADER_MAX = 64 * 1024,
	QCOW2_FILE_NAME_MAX = 1023,
	QCOW2_FORMAT_NAME_MAX = 63,
	QCOW2_EXTERNAL_SIZE = 3 * 64 * 1024,
};

/* Incompatible features: a program that does not know one must not use the image. */
#define QCOW2_DIRTY	       (UINT64_C(1) << 0)
#define QCOW2_CORRUPT	       (UINT64_C(1) << 1)
#define QCOW2_EXTERNAL_DATA    (UINT64_C(1) << 2)
#define QCOW2_COMPRESSION_TYPE (UINT64_C(1) << 3)
#define QCOW2_EXTENDED_L2      (UINT64_C(1) << 4)
#define QCOW2_FEATURES_KNOWN   ((UINT64_C(1) << 5) - 1)

enum qcow2_encryption { QCOW2_PLAIN, QCOW2_AES, QCOW2_LUKS };
enum qcow2_compression { QCOW2_ZLIB, QCOW2_ZSTD };

struct qcow2 {
	unsigned int version; /* 2 or 3 */
	unsigned int cluster_bits;
	uint64_t cluster_size_bytes;
	uint64_t virtual_size_bytes;
	enum qcow2_encryption encryption;
	enum qcow2_compression compression; /* of compressed clusters */
	uint64_t features;		    /* QCOW2_..., the incompatible ones */
	uint32_t l1_entries;
	uint64_t l1_offset;
	uint64_t refcount_table_offset;
	uint64_t refcount_table_size_bytes;
	uint32_t snapshot_count;
	bool has_backing_file;
	char backing_file[QCOW2_FILE_NAME_MAX + 1];	/* "" when it can't be read */
	char backing_format[QCOW2_FORMAT_NAME_MAX + 1]; /* "" when missing */
	char data_file[QCOW2_FILE_NAME_MAX + 1];	/* "" when missing */
};

/* Whether the data begins like a qcow2 image, of any version. */
bool qcow2_is(const uint8_t *data, size_t size);

/*
 * Parses a header from the first `size` bytes of an image: QCOW2_HEADER_MAX, or all of a
 * shorter one. Fails on what QEMU would not open: unknown versions, invalid cluster and
 * table sizes, unaligned tables, a truncated header. Features and files that make an
 * image unwanted are not failures, see qcow2_problems().
 */
int qcow2_parse(const uint8_t *data, size_t size, struct qcow2 *header,
		struct error *error);

/*
 * Adds each reason to refuse the image to `problems`: a backing file, an external data
 * file, encryption, unknown incompatible features, the dirty and the corrupt bit.
 */
void qcow2_problems(const struct qcow2 *header, struct error_list *problems);

/*
 * Writes an image without metadata whose data is all in the external file `data_file`, an
 * absolute path, from its beginning to `size_bytes`. Fails when the path is too long or
 * the size is not that of whole sectors of 512 bytes, or is above 4 TiB.
 */
int qcow2_external(const char *data_file, uint64_t size_bytes,
		   uint8_t image[static QCOW2_EXTERNAL_SIZE], struct error *error);

/* "zlib" or "zstd" */
const char *qcow2_compression_word(enum qcow2_compression compression);
/* "aes" or "luks"; NULL for plain images. */
const char *qcow2_encryption_word(enum qcow2_encryption encryption);

#endif
