/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of qcow2 images: how much of them is read at most. */
#include <string.h>

#include "imagetool/qcow2_map.h"
#include "tests/unit/tap.h"

/* An image of nothing but tables: one cluster of header and one of refcounts, the L1
 * table, and L2 tables that are holes. */
struct tables {
	struct qcow2 header;
	uint64_t l2_start;
	uint64_t read_bytes;
};

static int tables_read(void *context, uint64_t offset, void *data, size_t size,
		       struct error *error)
{
	struct tables *tables = context;
	uint64_t first = (offset - tables->header.l1_offset) / 8;

	(void)error;
	tables->read_bytes += size;
	memset(data, 0, size);
	for (size_t i = 0; offset < tables->l2_start && i < size / 8; i++) {
		uint64_t table = tables->l2_start +
				 (first + i) * tables->header.cluster_size_bytes;

		for (size_t byte = 0; byte < 8; byte++)
			((uint8_t *)data)[8 * i + byte] = (uint8_t)(table >>
								    (56 - 8 * byte));
	}
	return 0;
}

static void test_tables(unsigned int cluster_bits, uint32_t count, const char *expected)
{
	uint64_t size = UINT64_C(1) << cluster_bits;
	struct tables tables = {
		.header = {.version = 3,
			   .cluster_bits = cluster_bits,
			   .cluster_size_bytes = size,
			   .virtual_size_bytes = 1,
			   .l1_entries = count,
			   .l1_offset = 2 * size,
			   .refcount_table_offset = size,
			   .refcount_table_size_bytes = size},
		.l2_start = (3 + 8 * (uint64_t)count / size) * size,
	};
	struct image_reader reader = {
		.size_bytes = tables.l2_start + count * size,
		.read = tables_read,
		.context = &tables,
	};
	struct error error = {0};
	int status = qcow2_check(&tables.header, &reader, &error);

	tap_string(status < 0 ? error_text(&error) : NULL, expected,
		   "%u L2 tables of %u bytes", (unsigned int)count, (unsigned int)size);
	tap_ok(tables.read_bytes <= QCOW2_L2_BYTES_MAX + 8 * (uint64_t)count,
	       "of which no more than the limit is read");
	error_free(&error);
}

int main(void)
{
	test_tables(16, 100, NULL);
	test_tables(16, 16384, NULL);
	test_tables(16, 16385, "too large to check: more than 1.0 GiB of L2 tables");
	test_tables(21, 4000000, "too large to check: more than 1.0 GiB of L2 tables");
	test_tables(9, QCOW2_L2_COUNT_MAX, NULL);
	test_tables(9, QCOW2_L2_COUNT_MAX + 1,
		    "too large to check: more than 1048576 L2 tables");
	return tap_done();
}
