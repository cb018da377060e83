/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hypervisor that an image is imported into. */
#ifndef IMAGETOOL_IMPORT_TARGET_H
#define IMAGETOOL_IMPORT_TARGET_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imagetool/broadcast.h"
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
	bool local;	       /* this process may write the pool's folder */
	int folder;	       /* then that folder, else -1 */
	int file;	       /* then the volume's file, else -1 */
	bool exists;	       /* an image of that name, to be replaced */
	enum image_use use;    /* with --replace, of the image of that name */
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
/* Creates the volume, and removes what killed imports elsewhere left. */
int import_target_prepare(struct import_target *target);
/* Starts to send what the broadcast has for this consumer to the volume. */
int import_target_upload(struct import_target *target, struct broadcast *broadcast,
			 size_t consumer);

/*
 * Waits for target->upload. When it failed, finds out why, over a new connection if
 * necessary. False: the upload is lost, and its thread still uses the broadcast.
 */
bool import_target_upload_end(struct import_target *target);

/* Deletes the volume, unless it was published, and disconnects. */
void import_target_close(struct import_target *target);
/* The same, and frees the result. */
void import_target_free(struct import_target *target);

/* For import_publish.c, import_direct.c and import.c: */

/* Marks the result as failed and adds the place to its error. Returns -1. */
int import_target_fail(struct import_target *target);
/* The import on this hypervisor, as it is in names of volumes. */
struct import_run import_target_run(const struct import_target *target);
/* Sets target->exists and target->use; fails when an image of the name exists that may
 * not be replaced or is in use. */
int import_target_check_existing(struct import_target *target);
/* Removes what imports left; `now_s` is the hypervisor's time, 0: unknown. */
void import_target_clear_leftovers(struct import_target *target, uint64_t now_s);
/* The volume is gone, or belongs to somebody else from now on; so does the mark. */
void import_target_forget(struct import_target *target);

#endif
