/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Image names: what is accepted has a canonical form, which says the same. */
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "imagetool/image_name.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(error_free) struct error error = {0};
	char text[IMAGE_NAME_MAX + 1];
	struct image_name name, again;

	if (image_name_parse((const char *)data, size, &name, &error) < 0)
		return 0;
	image_name_format(&name, text);
	if (image_name_parse(text, strlen(text), &again, NULL) < 0 || !again.canonical ||
	    strcmp(again.os, name.os) || again.arch != name.arch ||
	    again.format != name.format)
		abort();
	if (name.canonical && (strlen(text) != size || memcmp(text, data, size)))
		abort();
	return 0;
}
