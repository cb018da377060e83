/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hypervisor that an image is imported into. */
#ifndef IMAGETOOL_IMPORT_TARGET_H
#define IMAGETOOL_IMPORT_TARGET_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imagetool/image_name.h"
#include "imagetool/image_pool.h"
#include "imagetool/image_use.h"
#include "imagetool/import_names.h"
#include "imagetool/import_result.h"
#include "imagetool/import_upload.h"
#include "imagetool/volume_change.h"

/* What is the same for all hypervisors. */
struct import_job {
	const char *pool_name;
	char id[IMAGE_NAME_MAX + 1];
	struct image_name name;
	bool replace, dry_run;
	bool safe; /* the image's name only when it is complete */
	struct import_owner owner;
	struct volume_head head; /* the image's first bytes */
};

struct import_target {
	const struct import_job *job;
	struct import_result result;
	uint32_t number; /* among all hypervisors of the import */
	const char *uri; /* NULL: libvirt's default */
	virConnectPtr connection;
	struct image_pool pool;
	/* What the image is sent to: a temporary volume, or with a mark the image itself,
	 * see import_direct.h. NULL: does not exist. */
	virStorageVolPtr volume;
	char volume_name[IMPORT_NAME_MAX + 1];
	virStorageVolPtr mark; /* NULL: there is none */
	int folder;	    /* this machine's of the pool's path, if writable; else -1 */
	int file;	    /* the volume's, if it is in there; else -1 */
	bool local;	    /* it is, so that the folder is the pool's */
	bool exists;	    /* an image of that name, to be replaced */
	enum image_use use; /* with --replace, of the image of that name */
	uint64_t sent_bytes;
	struct import_upload *upload; /* NULL: none is running */
	struct virt_asker *asker;     /* NULL: none, or there is nothing to undo */
};

/*
 * These return -1 when the import fails on this hypervisor; the reason is in the result.
 */

/* Connects, removes what killed imports of this machine left (not in a dry run), and
 * looks for what prevents the import. */
int import_target_check(struct import_target *target);
/* With --replace: asks who uses the image, also one that the pool does not list yet. It
 * is not replaced if that can't be found out. */
int import_target_ask(struct import_target *target);
/* Fails when another of the hypervisors may use the image that is to be replaced, see
 * image_other_refuse(). All have been asked. */
int import_target_check_other(struct import_target *target,
			      const struct import_target *other);
/* Frees the result; the volume is closed. */
void import_target_free(struct import_target *target);

/* For what is done with a target: */

/* Marks the result as failed and adds the place to its error. Returns -1. */
int import_target_fail(struct import_target *target);
/* The import on this hypervisor, as it is in names of volumes. */
struct import_run import_target_run(const struct import_target *target);
/* Sets target->exists and target->use; fails when an image of the name exists that may
 * not be replaced or is in use. */
int import_target_check_existing(struct import_target *target);
/* Whether an import has not finished the image of the name: 1, 0, or -1 on failure. */
int import_target_is_marked(struct import_target *target);
/* Removes what imports left; `now_s` is the hypervisor's time, 0: unknown. False: no
 * image is marked. */
bool import_target_clear_leftovers(struct import_target *target, uint64_t now_s);
/* The volume is gone, or belongs to somebody else from now on; so does the mark. */
void import_target_forget(struct import_target *target);

#endif
