/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images: the header, the tables and the partition table, with the input as the file. */
#include "common/cleanup.h"
#include "imagetool/image_facts.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(image_facts_free) struct image_facts whole = {0}, start = {0};
	CLEANUP(error_free) struct error error = {0};
	struct image_memory memory = {data, size};
	struct image_reader reader = image_reader_memory(&memory);

	image_facts_read(&reader, &whole, &error);
	image_facts_start(data, size < IMAGE_START_SIZE ? size : IMAGE_START_SIZE,
			  &start);
	image_facts_end(&start, size);
	image_facts_refuse(&whole, &error);
	return 0;
}
