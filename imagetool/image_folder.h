/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images in a folder of this machine. */
#ifndef IMAGETOOL_IMAGE_FOLDER_H
#define IMAGETOOL_IMAGE_FOLDER_H

#include "common/error.h"
#include "imagetool/image.h"

/*
 * The same as image_pool_list() for a folder of this machine. Formats come from the first
 * bytes of the files.
 */
int image_folder_list(const char *path, struct image_list *images,
		      struct error_list *warnings, struct error *error);

#endif
