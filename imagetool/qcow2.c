/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a qcow2 image, https://www.qemu.org/docs/master/interop/qcow2.html */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/bytes.h"
#include "imagetool/qcow2.h"

enum {
	HEADER_V2_SIZE = 72,
	HEADER_V3_SIZE = 104,
	/* Offsets of the fields. */
	AT_VERSION = 4,
	AT_BACKING_OFFSET = 8,
	AT_BACKING_SIZE = 16,
	AT_CLUSTER_BITS = 20,
	AT_VIRTUAL_SIZE = 24,
	AT_CRYPT_METHOD = 32,
	AT_L1_ENTRIES = 36,
	AT_L1_OFFSET = 40,
	AT_REFCOUNT_OFFSET = 48,
	AT_REFCOUNT_CLUSTERS = 56,
	AT_SNAPSHOTS = 60,
	AT_INCOMPATIBLE = 72,
	AT_REFCOUNT_ORDER = 96,
	AT_HEADER_LENGTH = 100,
	AT_COMPRESSION = 104,
	CLUSTER_BITS_MIN = 9,
	CLUSTER_BITS_EXTENDED_MIN = 14,
	/* QEMU has the same limits. */
	CLUSTER_BITS_MAX = 21,
	L1_SIZE_MAX = 32 * 1024 * 1024,
	REFCOUNT_TABLE_SIZE_MAX = 8 * 1024 * 1024,
	SNAPSHOTS_MAX = 65536,
	REFCOUNT_ORDER_MAX = 6,
	SECTOR_SIZE = 512,
	/* Of qcow2_external(): a cluster each for the header, for the refcount table and
	 * for the L1 table. */
	EXTERNAL_CLUSTER_BITS = 16,
	EXTERNAL_CLUSTER = 1 << EXTERNAL_CLUSTER_BITS,
	EXTERNAL_REFCOUNT_ORDER = 4,
};

enum extension {
	EXTENSION_END = 0,
	EXTENSION_BACKING_FORMAT = (int)0xe2792aca,
	EXTENSION_DATA_FILE = 0x44415441,
};

static const uint8_t magic[] = {'Q', 'F', 'I', 0xfb};

bool qcow2_is(const uint8_t *data, size_t size)
{
	return size >= sizeof(magic) && !memcmp(data, magic, sizeof(magic));
}

const char *qcow2_compression_word(enum qcow2_compression compression)
{
	return compression == QCOW2_ZSTD ? "zstd" : "zlib";
}

const char *qcow2_encryption_word(enum qcow2_encryption encryption)
{
	static const char *const words[] = {NULL, "aes", "luks"};

	return words[encryption];
}

/* Copies text that is not NUL-terminated; it ends early at a NUL inside it. */
static void text_copy(char *to, size_t to_size, const uint8_t *text, size_t size)
{
	if (size >= to_size)
		size = to_size - 1;
	memcpy(to, text, size);
	to[size] = '\0';
}

static int extensions_parse(const uint8_t *data, size_t size, size_t at,
			    struct qcow2 *header, struct error *error)
{
	while (size - at >= 8) {
		uint32_t type = bytes_be32(data + at);
		size_t length = bytes_be32(data + at + 4);

		at += 8;
		if (type == EXTENSION_END)
			return 0;
		if (length > size - at)
			return error_set(error,
					 "header extension %#" PRIx32 " of %zu bytes "
					 "goes beyond the header",
					 type, length);
		if (type == (uint32_t)EXTENSION_BACKING_FORMAT)
			text_copy(header->backing_format, sizeof(header->backing_format),
				  data + at, length);
		if (type == EXTENSION_DATA_FILE)
			text_copy(header->data_file, sizeof(header->data_file), data + at,
				  length);
		length += -length & 7;
		if (length > size - at)
			return 0;
		at += length;
	}
	return 0;
}

static int backing_parse(const uint8_t *data, size_t size, struct qcow2 *header,
			 struct error *error)
{
	uint64_t offset = bytes_be64(data + AT_BACKING_OFFSET);
	uint32_t length = bytes_be32(data + AT_BACKING_SIZE);

	if (!offset)
		return 0;
	if (length > QCOW2_FILE_NAME_MAX)
		return error_set(error, "backing file name of %" PRIu32 " bytes", length);
	header->has_backing_file = true;
	if (offset <= size && length <= size - offset)
		text_copy(header->backing_file, sizeof(header->backing_file),
			  data + offset, length);
	return 0;
}

/* Parses the fields that only version 3 has; sets the header's length. */
static int version3_parse(const uint8_t *data, size_t size, struct qcow2 *header,
			  size_t *length, struct error *error)
{
	uint8_t compression = 0;

	if (size < HEADER_V3_SIZE)
		return error_set(error, "truncated header");
	*length = bytes_be32(data + AT_HEADER_LENGTH);
	if (*length < HEADER_V3_SIZE || *length % 8 ||
	    *length > header->cluster_size_bytes)
		return error_set(error, "header of %zu bytes", *length);
	if (*length > size)
		return error_set(error, "truncated header");
	if (bytes_be32(data + AT_REFCOUNT_ORDER) > REFCOUNT_ORDER_MAX)
		return error_set(error, "refcount order %" PRIu32,
				 bytes_be32(data + AT_REFCOUNT_ORDER));
	header->features = bytes_be64(data + AT_INCOMPATIBLE);
	if (*length > AT_COMPRESSION)
		compression = data[AT_COMPRESSION];
	if ((header->features & QCOW2_COMPRESSION_TYPE) == 0 ? compression != 0
							     : compression != QCOW2_ZSTD)
		return error_set(error, "compression type %u", compression);
	header->compression = compression;
	if ((header->features & QCOW2_EXTENDED_L2) &&
	    header->cluster_bits < CLUSTER_BITS_EXTENDED_MIN)
		return error_set(error,
				 "clusters of %" PRIu64 " bytes with extended L2 "
				 "entries",
				 header->cluster_size_bytes);
	return 0;
}

/* How many bytes of the virtual disk one entry of the L1 table maps. */
static uint64_t l1_entry_reach(const struct qcow2 *header)
{
	unsigned int entry_bits = header->features & QCOW2_EXTENDED_L2 ? 4 : 3;

	return UINT64_C(1) << (2 * header->cluster_bits - entry_bits);
}

static int table_check(const struct qcow2 *header, const char *what, uint64_t offset,
		       uint64_t size_bytes, struct error *error)
{
	if (offset % header->cluster_size_bytes || offset > INT64_MAX - size_bytes)
		return error_set(error, "%s at %#" PRIx64, what, offset);
	return 0;
}

static int tables_parse(const uint8_t *data, struct qcow2 *header, struct error *error)
{
	uint64_t reach = l1_entry_reach(header);
	uint64_t needed = header->virtual_size_bytes / reach +
			  (header->virtual_size_bytes % reach != 0);
	uint64_t clusters = bytes_be32(data + AT_REFCOUNT_CLUSTERS);

	header->l1_entries = bytes_be32(data + AT_L1_ENTRIES);
	header->l1_offset = bytes_be64(data + AT_L1_OFFSET);
	header->refcount_table_offset = bytes_be64(data + AT_REFCOUNT_OFFSET);
	header->refcount_table_size_bytes = clusters * header->cluster_size_bytes;
	header->snapshot_count = bytes_be32(data + AT_SNAPSHOTS);
	if (header->l1_entries > L1_SIZE_MAX / 8)
		return error_set(error, "L1 table of %" PRIu32 " entries",
				 header->l1_entries);
	if (header->l1_entries < needed)
		return error_set(error,
				 "L1 table of %" PRIu32 " entries, but a virtual size "
				 "of %" PRIu64 " bytes needs %" PRIu64,
				 header->l1_entries, header->virtual_size_bytes, needed);
	if (!clusters || header->refcount_table_size_bytes > REFCOUNT_TABLE_SIZE_MAX)
		return error_set(error, "refcount table of %" PRIu64 " clusters",
				 clusters);
	if (header->snapshot_count > SNAPSHOTS_MAX)
		return error_set(error, "%" PRIu32 " snapshots", header->snapshot_count);
	if (table_check(header, "L1 table", header->l1_offset,
			UINT64_C(8) * header->l1_entries, error) < 0)
		return -1;
	return table_check(header, "refcount table", header->refcount_table_offset,
			   header->refcount_table_size_bytes, error);
}

int qcow2_parse(const uint8_t *data, size_t size, struct qcow2 *header,
		struct error *error)
{
	struct qcow2 result = {0};
	size_t length = HEADER_V2_SIZE;
	uint32_t crypt_method;

	if (!qcow2_is(data, size))
		return error_set(error, "not a qcow2 image");
	if (size < HEADER_V2_SIZE)
		return error_set(error, "truncated header");
	result.version = bytes_be32(data + AT_VERSION);
	if (result.version != 2 && result.version != 3)
		return error_set(error, "version %u", result.version);
	result.cluster_bits = bytes_be32(data + AT_CLUSTER_BITS);
	if (result.cluster_bits < CLUSTER_BITS_MIN ||
	    result.cluster_bits > CLUSTER_BITS_MAX)
		return error_set(error, "cluster size of %u bits", result.cluster_bits);
	result.cluster_size_bytes = UINT64_C(1) << result.cluster_bits;
	result.virtual_size_bytes = bytes_be64(data + AT_VIRTUAL_SIZE);
	if (result.virtual_size_bytes > INT64_MAX)
		return error_set(error, "virtual size of %" PRIu64 " bytes",
				 result.virtual_size_bytes);
	crypt_method = bytes_be32(data + AT_CRYPT_METHOD);
	if (crypt_method > QCOW2_LUKS)
		return error_set(error, "encryption method %" PRIu32, crypt_method);
	result.encryption = crypt_method;
	if (result.version == 3 &&
	    version3_parse(data, size, &result, &length, error) < 0)
		return -1;
	if (size > result.cluster_size_bytes)
		size = result.cluster_size_bytes;
	if (tables_parse(data, &result, error) < 0 ||
	    extensions_parse(data, size, length, &result, error) < 0 ||
	    backing_parse(data, size, &result, error) < 0)
		return -1;
	*header = result;
	return 0;
}

void qcow2_problems(const struct qcow2 *header, struct error_list *problems)
{
	if (header->has_backing_file)
		error_list_add(problems, "has a backing file, \"%s\"",
			       header->backing_file);
	if (header->features & QCOW2_EXTERNAL_DATA)
		error_list_add(problems, "has an external data file, \"%s\"",
			       header->data_file);
	if (header->encryption != QCOW2_PLAIN)
		error_list_add(problems, "is encrypted (%s)",
			       qcow2_encryption_word(header->encryption));
	for (unsigned int bit = 0; bit < 64; bit++) {
		uint64_t feature = UINT64_C(1) << bit;

		if (header->features & feature & ~QCOW2_FEATURES_KNOWN)
			error_list_add(problems,
				       "needs incompatible feature %u, which is unknown",
				       bit);
	}
	if (header->features & QCOW2_DIRTY)
		error_list_add(problems, "is marked dirty: it was not closed");
	if (header->features & QCOW2_CORRUPT)
		error_list_add(problems, "is marked corrupt");
}

static void number_put(uint8_t *at, size_t size, uint64_t number)
{
	while (size--) {
		at[size] = (uint8_t)number;
		number >>= 8;
	}
}

int qcow2_external(const char *data_file, uint64_t size_bytes,
		   uint8_t image[static QCOW2_EXTERNAL_SIZE], struct error *error)
{
	const struct qcow2 reach = {.cluster_bits = EXTERNAL_CLUSTER_BITS};
	size_t length = strlen(data_file);
	uint64_t entries = size_bytes / l1_entry_reach(&reach) +
			   (size_bytes % l1_entry_reach(&reach) != 0);

	if (data_file[0] != '/' || length > QCOW2_FILE_NAME_MAX)
		return error_set(error, "%s: can't be an external data file", data_file);
	if (size_bytes % SECTOR_SIZE || entries > EXTERNAL_CLUSTER / 8)
		return error_set(error, "an external data file of %" PRIu64 " bytes",
				 size_bytes);
	memset(image, 0, QCOW2_EXTERNAL_SIZE);
	memcpy(image, magic, sizeof(magic));
	number_put(image + AT_VERSION, 4, 3);
	number_put(image + AT_CLUSTER_BITS, 4, EXTERNAL_CLUSTER_BITS);
	number_put(image + AT_VIRTUAL_SIZE, 8, size_bytes);
	number_put(image + AT_REFCOUNT_OFFSET, 8, EXTERNAL_CLUSTER);
	number_put(image + AT_REFCOUNT_CLUSTERS, 4, 1);
	number_put(image + AT_L1_OFFSET, 8, 2 * EXTERNAL_CLUSTER);
	number_put(image + AT_L1_ENTRIES, 4, entries);
	number_put(image + AT_INCOMPATIBLE, 8, QCOW2_EXTERNAL_DATA);
	number_put(image + AT_REFCOUNT_ORDER, 4, EXTERNAL_REFCOUNT_ORDER);
	number_put(image + AT_HEADER_LENGTH, 4, HEADER_V3_SIZE);
	number_put(image + HEADER_V3_SIZE, 4, EXTENSION_DATA_FILE);
	number_put(image + HEADER_V3_SIZE + 4, 4, length);
	memcpy(image + HEADER_V3_SIZE + 8, data_file, length);
	return 0;
}
