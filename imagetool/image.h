/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Image records: what is known about an image in a pool or a folder. */
#ifndef IMAGETOOL_IMAGE_H
#define IMAGETOOL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/mem.h"
#include "common/output.h"
#include "imagetool/image_name.h"

struct image {
	char *id; /* the file's name */
	struct image_name name;
	bool in_storage;	     /* it exists; else nothing below is known */
	uint64_t size_bytes;	     /* allocated */
	uint64_t virtual_size_bytes; /* size of the disk in a machine */
	int64_t date_s;		     /* last written, in seconds since 1970 */
	char *pool_name;	     /* NULL in a folder */
	char *path;
};

struct image_list {
	ARRAY(struct image);
};

void image_free(struct image *image);
void image_list_free(struct image_list *images);

/* Sorts by Id. */
void image_list_sort(struct image_list *images);

/* The columns of an Image record, the same in all tools. */
enum { IMAGE_COLUMN_COUNT = 13 };
extern const struct output_column image_columns[IMAGE_COLUMN_COUNT];

#endif
