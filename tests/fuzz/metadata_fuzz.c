/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: metadata read from a domain, written, and read again. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/metadata.h"
#include "provision/host/metadata_write.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* What is written of what was read must be read as the same, so be written the same. */
static void write_again(const struct metadata *metadata, const char *markup)
{
	CLEANUP(metadata_free) struct metadata again = {0};
	CLEANUP(free_ptr)
	char *xml = mem_format("<domain><metadata>%s</metadata></domain>", markup);
	CLEANUP(free_ptr) char *second = NULL;

	if (metadata_parse(xml, strlen(xml), &again, NULL) < 0 ||
	    again.has_vmango != metadata->has_vmango ||
	    again.has_tools != metadata->has_tools)
		abort();
	second = metadata_xml(&again, NULL);
	if (!second || strcmp(markup, second) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(free_ptr) char *markup = NULL;

	if (metadata_parse((const char *)data, size, &metadata, NULL) < 0)
		return 0;
	markup = metadata_xml(&metadata, NULL);
	if (markup)
		write_again(&metadata, markup);
	return 0;
}
