/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Published names: what is made of them is a canonical image name. */
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/published.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* The name, and behind a NUL the file of code names. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(free_ptr) char *input = mem_substring((const char *)data, size);
	CLEANUP(error_free) struct error error = {0};
	size_t length = strlen(input);
	char text[IMAGE_NAME_MAX + 1];
	struct image_parts parts;
	struct image_name name;

	if (published_parse(input, length < size ? input + length + 1 : NULL, &parts,
			    &error) < 0 ||
	    image_parts_name(&parts, &name, &error) < 0)
		return 0;
	image_name_format(&name, text);
	if (image_name_parse(text, strlen(text), &name, NULL) < 0 || !name.canonical)
		abort();
	return 0;
}
