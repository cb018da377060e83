/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of zeros among data. */
#include <string.h>

#include "imagetool/sparse.h"
#include "common/mem.h"
#include "tests/unit/tap.h"

struct pattern {
	const char *blocks; /* "0" zeros, "x" zeros with a last byte of another value */
	size_t last_size;   /* of the last block */
	const char
		*runs; /* expected: blocks of holes as "0", of data as "x", "|" between */
};

static const struct pattern patterns[] = {
	{"x", 4096, "x"},
	{"0", 4096, "0"},
	{"0", 1, "0"},
	{"x", 1, "x"},
	{"000", 4096, "000"},
	{"xxxx", 4096, "xxxx"},
	{"x000x", 4096, "xxxxx"},
	{"x0000x", 4096, "x|0000|x"},
	{"x00000x", 4096, "x|00000|x"},
	{"000x", 4096, "xxxx"},
	{"0000x", 4096, "0000|x"},
	{"x0", 4096, "x|0"},
	{"x0", 7, "x|0"},
	{"x000x0000x000x", 4096, "xxxxx|0000|xxxxx"},
	{"0x0x0x0000", 100, "xxxxxx|0000"},
};

static void test_pattern(const struct pattern *pattern)
{
	static uint8_t data[64 * SPARSE_BLOCK_SIZE];
	size_t count = strlen(pattern->blocks), at = 0;
	size_t size = (count - 1) * SPARSE_BLOCK_SIZE + pattern->last_size;
	char runs[128] = "";
	bool is_hole;

	memset(data, 0, sizeof(data));
	for (size_t i = 0; i < count; i++) {
		size_t end = i + 1 < count ? (i + 1) * SPARSE_BLOCK_SIZE : size;

		if (pattern->blocks[i] == 'x')
			data[end - 1] = 1;
	}
	while (at < size) {
		size_t run = sparse_run(data + at, size - at, &is_hole);
		size_t blocks = (run + SPARSE_BLOCK_SIZE - 1) / SPARSE_BLOCK_SIZE;

		if (at)
			runs[strlen(runs)] = '|';
		memset(runs + strlen(runs), is_hole ? '0' : 'x', blocks);
		at += run;
	}
	tap_string(runs, pattern->runs, "%s", pattern->blocks);
	tap_number(at, size, "%s: all of it", pattern->blocks);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(patterns); i++)
		test_pattern(&patterns[i]);
	return tap_done();
}
