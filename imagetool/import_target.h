/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hypervisor that an image is imported into. */
#ifndef IMAGETOOL_IMPORT_TARGET_H
#define IMAGETOOL_IMPORT_TARGET_H

#include <libvirt/libvirt.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "imagetool/image.h"
#include "imagetool/image_pool.h"
#include "imagetool/image_reader.h"
#include "imagetool/import_names.h"
#include "imagetool/import_upload.h"
#include "imagetool/volume_change.h"

/*
 * The image gets its name in one of two ways, by who holds its lock.
 *
 * Where the pool's folder can be written by this process, its volume is renamed there,
 * which is atomic, and the pool refreshed.
 *
 * Elsewhere libvirt has to make a volume of that name, since it can't rename one. It
 * clones the temporary volume, or copies it where the file system can't clone. For that
 * time, and when it is cut short, a mark volume says that the image is not whole; and the
 * first bytes, by which an image is known as such, are written last. Where another image
 * has the name, see replacement.h.
 */

/* What is the same for all hypervisors. */
struct import_job {
	const char *pool_name;
	char id[IMAGE_NAME_MAX + 1];
	struct image_name name;
	bool replace, dry_run;
	struct import_owner owner;
	struct volume_head head; /* the image's first bytes */
};

struct import_target {
	const struct import_job *job;
	uint32_t number;   /* among all hypervisors of the import */
	const char *uri;   /* NULL: libvirt's default */
	const char *place; /* for messages */
	virConnectPtr connection;
	struct image_pool pool;
	virStorageVolPtr temporary; /* NULL when there is none */
	char temporary_name[IMPORT_NAME_MAX + 1];
	bool local;  /* the pool's folder is ours to write */
	int folder;  /* that folder, then; else -1 */
	int file;    /* the temporary volume's, then; else -1 */
	bool exists; /* an image of that name, to be replaced */
	uint64_t sent_bytes;
	struct image image; /* in the end */
	bool failed;
	bool refused;	    /* for what is there already; nothing is wrong with it */
	struct error error; /* why it failed; begins with the place */
	struct error_list notes, warnings;
	/* While a thread works for it. */
	pthread_t thread;
	bool has_thread;
	struct import_upload *upload; /* NULL: none */
};

/* Connects, removes what killed imports of this machine have left (unless it is a dry
 * run), and finds what speaks against the import. */
int import_target_check(struct import_target *target);
/* Makes the temporary volume, and removes what killed imports elsewhere have left. */
int import_target_prepare(struct import_target *target);
/*
 * Waits for target->upload. When it failed, finds out why, over a new connection if need
 * be. False: the upload is lost, and has the broadcast.
 */
bool import_target_sent(struct import_target *target);
/* A reader of what has been sent, valid as long as the target. */
struct image_reader import_target_reader(struct import_target *target);
/* Gives the image its name; then target->image is what libvirt says of it. */
int import_target_publish(struct import_target *target);
/* Removes the temporary volume, if it is still there, and disconnects. */
void import_target_close(struct import_target *target);
/* The same, and frees what is left to read. */
void import_target_free(struct import_target *target);

/*
 * Between the files of this module: notes the failure and returns -1; its import there;
 * fails when there is an image of the name that may not be replaced; the temporary volume
 * is no more, or none of this import any more.
 */
int import_target_fail(struct import_target *target);
struct import_run import_target_run(const struct import_target *target);
int import_target_check_existing(struct import_target *target);
void import_temporary_forget(struct import_target *target);

#endif
