/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image out of a file or a pipe into the pools of hypervisors. */
#ifndef IMAGETOOL_IMPORT_H
#define IMAGETOOL_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "imagetool/image_facts.h"
#include "imagetool/image_hints.h"
#include "imagetool/image_source.h"
#include "imagetool/import_target.h"

struct import_options {
	const char *file;	  /* "-" for standard input */
	const char *as;		  /* the name; NULL: what the file's name tells */
	struct image_hints hints; /* for that */
	uint64_t max_size_bytes;
	bool has_checksum;
	struct checksum checksum;
	bool show_progress;
};

struct import {
	const struct import_options *options;
	struct import_job job;
	struct import_target *targets;
	size_t target_count;
	struct image_source *source;
	uint8_t *start; /* the first bytes of a source that can't be read twice */
	size_t start_size;
	struct image_facts facts;
};

/*
 * Opens the source, decides the name, and refuses what must not be imported, as far as
 * that can be told before all is read: from a file all but the checksum.
 */
int import_open(struct import *import, struct error *error);

/*
 * Looks at all hypervisors, and lets those that speak against the import fail. Fails when
 * none is left.
 */
int import_check(struct import *import);

/*
 * Sends the image, checks what could not be checked before, and gives it its name where
 * nothing failed. An error of the image itself is in `error`, and no hypervisor has the
 * image then; errors of hypervisors are in the targets.
 */
int import_send(struct import *import, struct error *error);

void import_free(struct import *import);

#endif
