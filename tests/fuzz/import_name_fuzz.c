/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that a hypervisor says its volumes have: what is taken for one of an import is
 * what an import would call it, and its image's name is one. */
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/image_name.h"
#include "imagetool/import_names.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(free_ptr) char *name = mem_substring((const char *)data, size);
	struct import_name parsed = import_name_parse(name);
	char text[IMPORT_NAME_MAX + 1];
	struct image_name image;

	if (parsed.type == IMPORT_OTHER)
		return 0;
	if (parsed.image &&
	    image_name_parse(parsed.image, strlen(parsed.image), &image, NULL) < 0)
		abort();
	import_name_format(parsed.type, &parsed.run, parsed.image, text);
	if (strcmp(text, name) != 0)
		abort();
	return 0;
}
