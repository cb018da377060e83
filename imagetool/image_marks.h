/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which images of a pool are not whole, by the marks that stand beside them. */
#ifndef IMAGETOOL_IMAGE_MARKS_H
#define IMAGETOOL_IMAGE_MARKS_H

#include "common/error.h"
#include "common/mem.h"
#include "imagetool/import_names.h"

struct image_marks {
	ARRAY(char *);
};

/* libvirt's virStoragePool; who knows of marks alone needs no libvirt. */
struct _virStoragePool;

/* The marks of a pool. */
int image_marks_read(struct _virStoragePool *pool, struct image_marks *marks,
		     struct error *error);
/* Takes note if the name is that of a mark. */
void image_marks_add(struct image_marks *marks, const char *name);
bool image_marks_has(const struct image_marks *marks, const char *image);
void image_marks_free(struct image_marks *marks);

#endif
