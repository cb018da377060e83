/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the tables of a qcow2 image: is it complete, and what does its disk contain? */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "imagetool/inflate.h"
#include "imagetool/qcow2_map.h"

#define OFFSET_MASK	 UINT64_C(0x00fffffffffffe00)
#define ENTRY_COMPRESSED (UINT64_C(1) << 62)
#define ENTRY_ZERO	 (UINT64_C(1) << 0)

enum { SECTOR_SIZE = 512, SUBCLUSTERS = 32, L1_CHUNK_ENTRIES = 1024 };

/* The place of a compressed cluster; its data ends in the last sector before `end`. */
struct compressed {
	uint64_t offset;
	uint64_t end;
};

static struct compressed compressed_place(const struct qcow2 *header, uint64_t entry)
{
	unsigned int shift = 62 - (header->cluster_bits - 8);
	uint64_t offset = entry & ((UINT64_C(1) << shift) - 1);
	uint64_t sectors = ((entry & (ENTRY_COMPRESSED - 1)) >> shift) + 1;

	return (struct compressed){
		.offset = offset,
		.end = (offset / SECTOR_SIZE + sectors) * SECTOR_SIZE,
	};
}

static size_t entry_size(const struct qcow2 *header)
{
	return header->features & QCOW2_EXTENDED_L2 ? 16 : 8;
}

/* Whether `needed` bytes of a cluster that begins at `offset` are in the file. */
static int cluster_check(const struct qcow2 *header, struct image_reader *reader,
			 uint64_t offset, uint64_t needed, const char *what,
			 struct error *error)
{
	if (offset % header->cluster_size_bytes)
		return error_set(error, "damaged: %s at %#" PRIx64, what, offset);
	if (offset > reader->size_bytes || needed > reader->size_bytes - offset)
		return error_set(error, "truncated: %s at %#" PRIx64 " is beyond its end",
				 what, offset);
	return 0;
}

/* Checks the entry for the guest's cluster at `guest_offset`. */
static int entry_check(const struct qcow2 *header, struct image_reader *reader,
		       uint64_t entry, uint64_t guest_offset, struct error *error)
{
	uint64_t needed = header->cluster_size_bytes;
	struct compressed place;

	if (!(entry & ENTRY_COMPRESSED)) {
		/* The disk's last cluster may end with the disk. */
		if (guest_offset >= header->virtual_size_bytes || (entry & ENTRY_ZERO) ||
		    (header->features & QCOW2_EXTENDED_L2))
			needed = 0;
		else if (needed > header->virtual_size_bytes - guest_offset)
			needed = header->virtual_size_bytes - guest_offset;
		return cluster_check(header, reader, entry & OFFSET_MASK, needed,
				     "cluster", error);
	}
	place = compressed_place(header, entry);
	if (place.offset >= reader->size_bytes ||
	    place.end - SECTOR_SIZE >= reader->size_bytes)
		return error_set(error,
				 "truncated: cluster at %#" PRIx64 " is beyond its end",
				 place.offset);
	return 0;
}

/* A check under way. */
struct check {
	const struct qcow2 *header;
	struct image_reader *reader;
	uint8_t *l2_table;
	uint64_t l2_reach; /* bytes of the disk that an L2 table maps */
	uint64_t l2_count; /* tables so far */
};

/* Each L2 table has a cluster of its own, so the size of the file limits their number.
 * But a sparse file may be very large. */
static int l2_count_check(struct check *check, struct error *error)
{
	uint64_t size_bytes = check->header->cluster_size_bytes;
	char max[NUM_SIZE_TEXT_MAX];

	if (++check->l2_count > check->reader->size_bytes / size_bytes)
		return error_set(error, "damaged: more L2 tables than fit into the file");
	if (check->l2_count > QCOW2_L2_COUNT_MAX)
		return error_set(error, "too large to check: more than %u L2 tables",
				 QCOW2_L2_COUNT_MAX);
	if (check->l2_count * size_bytes > QCOW2_L2_BYTES_MAX)
		return error_set(error, "too large to check: more than %s of L2 tables",
				 num_size_text(QCOW2_L2_BYTES_MAX, max));
	return 0;
}

/* Checks the L2 table at `offset`, for the guest's clusters from `guest_offset`. */
static int l2_check(struct check *check, uint64_t offset, uint64_t guest_offset,
		    struct error *error)
{
	const struct qcow2 *header = check->header;
	size_t size = header->cluster_size_bytes;

	if (l2_count_check(check, error) < 0 ||
	    cluster_check(header, check->reader, offset, size, "L2 table", error) < 0 ||
	    image_reader_read(check->reader, offset, check->l2_table, size, error) < 0)
		return -1;
	for (size_t at = 0; at < size; at += entry_size(header)) {
		uint64_t entry = bytes_be64(check->l2_table + at);

		if ((entry & (OFFSET_MASK | ENTRY_COMPRESSED)) &&
		    entry_check(header, check->reader, entry, guest_offset, error) < 0)
			return -1;
		guest_offset += header->cluster_size_bytes;
	}
	return 0;
}

/* Checks the L2 tables of `size` bytes of the L1 table at `offset` in it. */
static int l1_part_check(struct check *check, uint64_t offset, size_t size,
			 struct error *error)
{
	uint8_t entries[8 * L1_CHUNK_ENTRIES];

	if (image_reader_read(check->reader, check->header->l1_offset + offset, entries,
			      size, error) < 0)
		return error_context(error, "L1 table");
	for (size_t at = 0; at < size; at += 8) {
		uint64_t table = bytes_be64(entries + at) & OFFSET_MASK;

		/* Those beyond the end of the disk are of snapshots. */
		if (table && l2_check(check, table, (offset + at) / 8 * check->l2_reach,
				      error) < 0)
			return -1;
	}
	return 0;
}

int qcow2_check(const struct qcow2 *header, struct image_reader *reader,
		struct error *error)
{
	CLEANUP(free_ptr) uint8_t *l2_table = mem_zero(1, header->cluster_size_bytes);
	struct check check = {
		.header = header,
		.reader = reader,
		.l2_table = l2_table,
		.l2_reach = header->cluster_size_bytes / entry_size(header) *
			    header->cluster_size_bytes,
	};
	uint64_t l1_size = UINT64_C(8) * header->l1_entries;

	if (header->refcount_table_offset + header->refcount_table_size_bytes >
	    reader->size_bytes)
		return error_set(error,
				 "truncated: refcount table at %#" PRIx64
				 " is beyond its end",
				 header->refcount_table_offset);
	for (uint64_t done = 0; done < l1_size;) {
		size_t part = 8 * L1_CHUNK_ENTRIES;

		if (part > l1_size - done)
			part = (size_t)(l1_size - done);
		if (l1_part_check(&check, done, part, error) < 0)
			return -1;
		done += part;
	}
	return 0;
}

static int compressed_read(const struct qcow2 *header, struct image_reader *reader,
			   uint64_t entry, uint8_t *data, size_t size,
			   struct error *error)
{
	struct compressed place = compressed_place(header, entry);
	CLEANUP(free_ptr) uint8_t *packed = NULL;

	if (header->compression != QCOW2_ZLIB)
		return error_set(error, "cluster is compressed by %s",
				 qcow2_compression_word(header->compression));
	if (place.end > reader->size_bytes)
		place.end = reader->size_bytes;
	if (place.offset >= place.end)
		return error_set(error, "truncated: compressed cluster");
	packed = mem_zero(1, place.end - place.offset);
	if (image_reader_read(reader, place.offset, packed, place.end - place.offset,
			      error) < 0)
		return -1;
	return inflate_start(packed, place.end - place.offset, data, size, error);
}

/* Zeros the subclusters that are not allocated in the bitmap of an extended entry. */
static void subclusters_clear(const struct qcow2 *header, uint64_t bitmap, uint8_t *data,
			      size_t size)
{
	size_t subcluster_size = header->cluster_size_bytes / SUBCLUSTERS;

	for (size_t at = 0; at < size; at += subcluster_size) {
		size_t part = size - at < subcluster_size ? size - at : subcluster_size;

		if (!(bitmap >> (at / subcluster_size) & 1))
			memset(data + at, 0, part);
	}
}

static int standard_read(struct image_reader *reader, uint64_t offset, uint8_t *data,
			 size_t size, struct error *error)
{
	size_t there = size;

	if (offset < reader->size_bytes && size > reader->size_bytes - offset)
		there = (size_t)(reader->size_bytes - offset);
	memset(data + there, 0, size - there);
	return image_reader_read(reader, offset, data, there, error);
}

int qcow2_read_start(const struct qcow2 *header, struct image_reader *reader,
		     uint8_t *data, size_t size, struct error *error)
{
	uint8_t l1_entry[8], l2_entry[16] = {0};
	uint64_t entry;
	bool extended = header->features & QCOW2_EXTENDED_L2;

	if (header->has_backing_file || header->encryption != QCOW2_PLAIN ||
	    (header->features & ~(QCOW2_FEATURES_KNOWN & ~QCOW2_EXTERNAL_DATA)))
		return error_set(error, "its bytes are in another file or encrypted");
	memset(data, 0, size);
	if (!header->l1_entries)
		return 0;
	if (image_reader_read(reader, header->l1_offset, l1_entry, 8, error) < 0)
		return -1;
	entry = bytes_be64(l1_entry) & OFFSET_MASK;
	if (!entry)
		return 0;
	if (image_reader_read(reader, entry, l2_entry, entry_size(header), error) < 0)
		return -1;
	entry = bytes_be64(l2_entry);
	if (entry & ENTRY_COMPRESSED)
		return compressed_read(header, reader, entry, data, size, error);
	if (!(entry & OFFSET_MASK) || (!extended && (entry & ENTRY_ZERO)))
		return 0;
	if (standard_read(reader, entry & OFFSET_MASK, data, size, error) < 0)
		return -1;
	if (extended)
		subclusters_clear(header, bytes_be64(l2_entry + 8), data, size);
	return 0;
}
