/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether machines stand on an image. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "imagetool/image_use.h"
#include "imagetool/volume_use.h"

int image_use_refuse(virConnectPtr connection, const char *path, const char *id,
		     struct error *error)
{
	CLEANUP(volume_use_free) struct volume_use use = {0};
	CLEANUP(free_ptr) char *users = NULL;

	if (volume_use_read(connection, VOLUME_USE_FAIL, &use, error) < 0)
		return -1;
	users = volume_use_find(&use, &path, 1, NULL);
	return users ? error_set(error, "%s is in use by %s", id, users) : 0;
}
