/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a volume that a template made. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/xml.h"
#include "provision/plan/volume_xml.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* What libvirt will take its size and its backing file from. */
static void volume_check(const char *text)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *path = NULL;
	uint64_t capacity;

	if (xml_parse(&xml, text, strlen(text), NULL) < 0 ||
	    xml_number(&xml, NULL, "/volume/capacity", &capacity) < 0 || capacity != 4096)
		abort();
	path = xml_string(&xml, NULL, "/volume/backingStore/path");
	if (!path || strcmp(path, "/b") != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct volume_form plain_form = {.capacity_bytes = 4096};
	static const struct volume_form overlay_form = {
		.capacity_bytes = 4096, .backing_path = "/b", .backing_format = "qcow2"};
	static const struct volume_form block_form = {.capacity_bytes = 4096,
						      .is_block = true};
	const char *text = (const char *)data;
	CLEANUP(free_ptr) char *name = volume_xml_name(text, size, NULL);
	CLEANUP(free_ptr)
	char *plain = volume_xml_finish(text, size, &plain_form, NULL);
	CLEANUP(free_ptr)
	char *overlay = volume_xml_finish(text, size, &overlay_form, NULL);

	CLEANUP(free_ptr) char *block = volume_xml_finish(text, size, &block_form, NULL);

	if (!plain != !overlay || !plain != !block || (name && !plain))
		abort();
	if (overlay)
		volume_check(overlay);
	return 0;
}
