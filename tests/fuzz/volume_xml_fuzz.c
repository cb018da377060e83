/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a volume that a template made, or that a hypervisor describes. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/xml.h"
#include "imagetool/backing_path.h"
#include "imagetool/volume.h"
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

/* A path that is resolved once is resolved; and a normal one is normal. */
static void description_check(const char *text, size_t size)
{
	CLEANUP(volume_free) struct volume volume = {0};
	CLEANUP(free_ptr) char *normal = NULL;
	CLEANUP(free_ptr) char *again = NULL;

	if (volume_parse(text, size, &volume, NULL) < 0 || !volume.backing_path)
		return;
	normal = backing_path_normalize(volume.backing_path);
	again = backing_path_normalize(normal);
	if (strcmp(again, normal) ||
	    (volume.backing_path[0] == '/') != (normal[0] == '/'))
		abort();
	backing_path_may_be(volume.backing_path, volume.path);
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

	description_check(text, size);
	if (!plain != !overlay || !plain != !block || (name && !plain))
		abort();
	if (overlay)
		volume_check(overlay);
	return 0;
}
