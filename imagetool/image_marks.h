/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images of a pool that are incomplete: mark volumes beside them say so. */
#ifndef IMAGETOOL_IMAGE_MARKS_H
#define IMAGETOOL_IMAGE_MARKS_H

#include "common/error.h"
#include "common/mem.h"
#include "imagetool/import_names.h"

struct image_marks {
	ARRAY(char *);
};

/* libvirt's virStoragePool: marks are also kept where libvirt's headers are not used. */
struct _virStoragePool;

/* Reads the marks of a pool. The caller frees them with image_marks_free(). */
int image_marks_read(struct _virStoragePool *pool, struct image_marks *marks,
		     struct error *error);
/* Adds the image that the volume marks, if its name is that of a mark. */
void image_marks_add(struct image_marks *marks, const char *name);
/* Whether the image is marked. */
bool image_marks_has(const struct image_marks *marks, const char *image);
void image_marks_free(struct image_marks *marks);

#endif
