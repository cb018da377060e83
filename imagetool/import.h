/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Imports an image from a file or a pipe into the pools of hypervisors. */
#ifndef IMAGETOOL_IMPORT_H
#define IMAGETOOL_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/error.h"
#include "imagetool/digest.h"
#include "imagetool/image_hints.h"
#include "imagetool/import_result.h"

struct import_options {
	const char *file; /* "-" for standard input */
	const char *as;	  /* the image's name; NULL: derived from the file's name */
	struct image_hints hints; /* for deriving it */
	uint64_t max_size_bytes;
	bool has_checksum;
	struct checksum checksum;
	const char *pool_name;
	const char *const *uris; /* one for each hypervisor */
	size_t uri_count;	 /* 0: libvirt's default hypervisor */
	bool replace, dry_run, show_progress;
	bool safe; /* no volume has the image's name before it is complete */
};

struct import;

/*
 * Opens the file, decides the image's name, and refuses what must not be imported, as far
 * as that is known before everything is read: for a file everything but the checksum.
 * `options` is borrowed. The caller frees the import. NULL on failure.
 */
struct import *import_open(const struct import_options *options, struct error *error);

/* The image's name; valid as long as the import. */
const char *import_id(const struct import *import);

/* interrupt_undo_begin() and _end() on all its hypervisors. */
void import_undo_begin(struct import *import);
void import_undo_end(struct import *import);

/*
 * Connects to all hypervisors and fails the import on those where something prevents it.
 * The reasons are in their results. -1 when no hypervisor is left.
 */
int import_check(struct import *import);

/*
 * Sends the image, checks what could not be checked before, and gives it its name where
 * nothing failed. `error` is about the image itself, and then no hypervisor has it; the
 * failures of hypervisors are in their results.
 */
int import_send(struct import *import, struct error *error);

/* Removes what was sent and not published, and disconnects; the results are final after
 * this. */
void import_end(struct import *import);

/* One result for each hypervisor, in the order of the options; valid as long as the
 * import. */
size_t import_result_count(const struct import *import);
const struct import_result *import_result(const struct import *import, size_t number);

void import_free(struct import *import);
DEFINE_CLEANUP(struct import *, import_free)

#endif
