/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images of a pool that are incomplete: mark volumes beside them say so. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "imagetool/image_marks.h"
#include "imagetool/volume.h"

void image_marks_add(struct image_marks *marks, const char *name)
{
	struct import_name parsed = import_name_parse(name);

	if (import_name_marks(&parsed))
		*array_add(marks) = mem_string(parsed.image);
}

int image_marks_read(virStoragePoolPtr pool, struct image_marks *marks,
		     struct error *error)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool, error);

	for (size_t i = 0; handles && handles[i]; i++)
		image_marks_add(marks, virStorageVolGetName(handles[i]));
	return handles ? 0 : -1;
}

bool image_marks_has(const struct image_marks *marks, const char *image)
{
	array_foreach(mark, marks) {
		if (!strcmp(*mark, image))
			return true;
	}
	return false;
}

void image_marks_free(struct image_marks *marks)
{
	array_foreach(mark, marks)
		free(*mark);
	free(marks->items);
	*marks = (struct image_marks){0};
}
