/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qcow2 headers: what is read, what is refused. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/qcow2.h"
#include "tests/unit/tap.h"

enum { HEADER_SIZE = 1024 };

static void put(uint8_t *at, size_t size, uint64_t number)
{
	while (size--) {
		at[size] = (uint8_t)number;
		number >>= 8;
	}
}

/* A version 3 header as QEMU writes it for a disk of 1 GiB. */
static void header_build(uint8_t *header)
{
	memset(header, 0, HEADER_SIZE);
	memcpy(header, "QFI\xfb", 4);
	put(header + 4, 4, 3);
	put(header + 20, 4, 16);
	put(header + 24, 8, 1 << 30);
	put(header + 36, 4, 2);
	put(header + 40, 8, 0x30000);
	put(header + 48, 8, 0x10000);
	put(header + 56, 4, 1);
	put(header + 96, 4, 4);
	put(header + 100, 4, 112);
}

/* A change of one field of a good header. */
struct change {
	size_t offset, size;
	uint64_t value;
	const char *error;    /* why it can't be read; NULL when it can */
	const char *problems; /* why it is not wanted */
};

static const struct change changes[] = {
	{0, 0, 0, NULL, ""},
	{0, 4, 0x514649fa, "not a qcow2 image", ""},
	{4, 4, 1, "version 1", ""},
	{4, 4, 4, "version 4", ""},
	{4, 4, 2, NULL, ""},
	{20, 4, 8, "cluster size of 8 bits", ""},
	{20, 4, 22, "cluster size of 22 bits", ""},
	{20, 4, 0xffffffff, "cluster size of 4294967295 bits", ""},
	{24, 8, UINT64_C(1) << 63, "virtual size of 9223372036854775808 bytes", ""},
	{24, 8, (UINT64_C(1) << 30) + 1,
	 "L1 table of 2 entries, but a virtual size of 1073741825 bytes needs 3", ""},
	{24, 8, 0, NULL, ""},
	{32, 4, 1, NULL, "is encrypted (aes)"},
	{32, 4, 2, NULL, "is encrypted (luks)"},
	{32, 4, 3, "encryption method 3", ""},
	{36, 4, 0x400001, "L1 table of 4194305 entries", ""},
	{36, 4, 1,
	 "L1 table of 1 entries, but a virtual size of 1073741824 bytes needs 2", ""},
	{40, 8, 0x30200, "L1 table at 0x30200", ""},
	{40, 8, UINT64_C(0xffffffffffff0000), "L1 table at 0xffffffffffff0000", ""},
	{48, 8, 1, "refcount table at 0x1", ""},
	{56, 4, 0, "refcount table of 0 clusters", ""},
	{56, 4, 129, "refcount table of 129 clusters", ""},
	{56, 4, 0xffffffff, "refcount table of 4294967295 clusters", ""},
	{60, 4, 65537, "65537 snapshots", ""},
	{72, 8, 1, NULL, "is marked dirty: it was not closed"},
	{72, 8, 2, NULL, "is marked corrupt"},
	{72, 8, 4, NULL, "has an external data file, \"\""},
	{72, 8, 8, "compression type 0", ""},
	{72, 8, 32, NULL, "needs incompatible feature 5, which is unknown"},
	{72, 8, UINT64_C(1) << 63, NULL,
	 "needs incompatible feature 63, which is unknown"},
	{80, 8, UINT64_MAX, NULL, ""},
	{96, 4, 7, "refcount order 7", ""},
	{100, 4, 96, "header of 96 bytes", ""},
	{100, 4, 108, "header of 108 bytes", ""},
	{100, 4, 0xfffffff8, "header of 4294967288 bytes", ""},
	{100, 4, 2048, "truncated header", ""},
	{104, 1, 1, "compression type 1", ""},
	{112, 8, UINT64_C(0xe2792acaffffffff),
	 "header extension 0xe2792aca of 4294967295 bytes goes beyond the header", ""},
	{112, 8, UINT64_C(0x12345678) << 32 | 904, NULL, ""},
	{112, 8, UINT64_C(0x12345678) << 32 | 905,
	 "header extension 0x12345678 of 905 bytes goes beyond the header", ""},
	{8, 8, 0x1000, NULL, "has a backing file, \"\""},
	{16, 4, 0x400, "backing file name of 1024 bytes", ""},
	{16, 4, 0, NULL, "has a backing file, \"\""},
};

static void test_change(const struct change *change)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	uint8_t header[HEADER_SIZE];
	struct qcow2 parsed;
	int status;

	header_build(header);
	if (change->offset == 16)
		put(header + 8, 8, 0x100);
	put(header + change->offset, change->size, change->value);
	status = qcow2_parse(header, sizeof(header), &parsed, &error);
	tap_string(status < 0 ? error_text(&error) : NULL, change->error,
		   "byte %zu = %#jx", change->offset, (uintmax_t)change->value);
	if (status < 0)
		return;
	qcow2_problems(&parsed, &problems);
	tap_string(problems.count ? problems.messages[0] : "", change->problems,
		   "byte %zu = %#jx: what is wrong with it", change->offset,
		   (uintmax_t)change->value);
}

static void test_fields(void)
{
	uint8_t header[HEADER_SIZE];
	struct qcow2 parsed = {0};

	header_build(header);
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) == 0, "a good header");
	tap_number(parsed.version, 3, "its version");
	tap_number(parsed.cluster_size_bytes, 65536, "its cluster size");
	tap_number(parsed.virtual_size_bytes, 1 << 30, "its virtual size");
	tap_number(parsed.l1_entries, 2, "its L1 table");
	tap_number(parsed.l1_offset, 0x30000, "and where that is");
	tap_string(qcow2_compression_word(parsed.compression), "zlib", "its compression");
	put(header + 72, 8, QCOW2_COMPRESSION_TYPE);
	header[104] = 1;
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) == 0,
	       "another compression");
	tap_string(qcow2_compression_word(parsed.compression), "zstd", "is told");
	/* 1 MiB of 16 KiB clusters and 16-byte entries: 16 MiB an L1 entry. */
	header_build(header);
	put(header + 72, 8, QCOW2_EXTENDED_L2);
	put(header + 20, 4, 14);
	put(header + 36, 4, 64);
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) == 0,
	       "extended L2 entries");
	put(header + 36, 4, 63);
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) < 0,
	       "of which an L2 table holds half");
	put(header + 20, 4, 13);
	put(header + 36, 4, 1024);
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) < 0,
	       "and which small clusters can't have");
}

static void test_names(void)
{
	static const char backing[] = "/srv/base.qcow2", data[] = "disk.raw";
	CLEANUP(error_list_free) struct error_list problems = {0};
	uint8_t header[HEADER_SIZE];
	struct qcow2 parsed = {0};

	header_build(header);
	put(header + 72, 8, QCOW2_EXTERNAL_DATA);
	put(header + 112, 4, 0xe2792aca);
	put(header + 116, 4, 5);
	memcpy(header + 120, "qcow2", 5);
	put(header + 128, 4, 0x44415441);
	put(header + 132, 4, strlen(data));
	memcpy(header + 136, data, strlen(data));
	put(header + 8, 8, 512);
	put(header + 16, 4, strlen(backing));
	memcpy(header + 512, backing, strlen(backing));
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) == 0, "other files");
	tap_string(parsed.backing_file, backing, "its backing file");
	tap_string(parsed.backing_format, "qcow2", "of that format");
	tap_string(parsed.data_file, data, "its data file");
	qcow2_problems(&parsed, &problems);
	tap_number(problems.count, 2, "are two problems");
	put(header + 8, 8, HEADER_SIZE - 4);
	tap_ok(qcow2_parse(header, sizeof(header), &parsed, NULL) == 0 &&
		       parsed.has_backing_file,
	       "a backing file whose name is behind the end");
	tap_string(parsed.backing_file, "", "has no name");
}

/* An image of another file's data. */
static void test_external(void)
{
	CLEANUP(free_ptr) uint8_t *image = mem_zero(1, QCOW2_EXTERNAL_SIZE);
	CLEANUP(free_ptr) char *longest = mem_zero(1, QCOW2_FILE_NAME_MAX + 2);
	const uint64_t size = (UINT64_C(4) << 40) - 512;
	struct qcow2 parsed;

	memset(longest, '/', QCOW2_FILE_NAME_MAX);
	tap_ok(qcow2_external(longest, size, image, NULL) == 0, "an external data file");
	tap_ok(qcow2_parse(image, QCOW2_HEADER_MAX, &parsed, NULL) == 0,
	       "its image is one");
	tap_string(parsed.data_file, longest, "its path");
	tap_number(parsed.virtual_size_bytes, size, "its size");
	tap_number(parsed.features, QCOW2_EXTERNAL_DATA, "its only feature");
	longest[QCOW2_FILE_NAME_MAX] = '/';
	tap_ok(qcow2_external(longest, size, image, NULL) < 0, "a path that is too long");
	tap_ok(qcow2_external("a", size, image, NULL) < 0, "not from the root");
	tap_ok(qcow2_external("/a", 511, image, NULL) < 0, "no whole sectors");
	tap_ok(qcow2_external("/a", (UINT64_C(4) << 40) + 512, image, NULL) < 0,
	       "too large");
}

int main(void)
{
	uint8_t header[HEADER_SIZE];
	struct qcow2 parsed;

	for (size_t i = 0; i < ARRAY_LENGTH(changes); i++)
		test_change(&changes[i]);
	test_fields();
	test_names();
	test_external();
	header_build(header);
	for (size_t size = 0; size < 112; size++) {
		CLEANUP(free_ptr) uint8_t *cut = mem_copy(header, size);

		if (qcow2_parse(cut, size, &parsed, NULL) == 0)
			tap_ok(false, "a header of %zu bytes is cut off", size);
	}
	tap_ok(qcow2_parse(header, 112, &parsed, NULL) == 0, "a whole header");
	return tap_done();
}
