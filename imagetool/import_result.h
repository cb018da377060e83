/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result of an import on one hypervisor. */
#ifndef IMAGETOOL_IMPORT_RESULT_H
#define IMAGETOOL_IMPORT_RESULT_H

#include <stdbool.h>

#include "common/error.h"
#include "imagetool/image.h"

struct import_result {
	const char *place;  /* the hypervisor, for messages */
	struct image image; /* the new image; of a dry run without sizes and date */
	bool failed;
	bool refused;	    /* failed only because of the image that exists there */
	struct error error; /* why it failed; begins with the place */
	struct error_list notes, warnings;
};

#endif
