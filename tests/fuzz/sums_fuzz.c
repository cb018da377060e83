/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of checksums: the first line is the name that is looked for. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/sums.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(error_free) struct error error = {0};
	const unsigned char *stop = size ? memchr(data, '\n', size) : NULL;
	CLEANUP(free_ptr) char *name = NULL;
	char text[CHECKSUM_TEXT_MAX];
	struct checksum checksum;

	if (!stop)
		return 0;
	if (stop > data)
		name = mem_substring((const char *)data, (size_t)(stop - data));
	if (sums_find((const char *)stop + 1, size - (size_t)(stop + 1 - data), name,
		      &checksum, &error) == 0)
		checksum_text(&checksum, text);
	return 0;
}
