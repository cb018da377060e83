/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pool's folder, and the files in it on this machine. The hypervisor reports its path
 * and the names of its files, and is not trusted: files are opened only in that folder,
 * by names that this program chose, without following links.
 */
#ifndef IMAGETOOL_POOL_FOLDER_H
#define IMAGETOOL_POOL_FOLDER_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * Reads the type of a pool ("dir", "logical", ...) and the path of its folder or devices
 * on the hypervisor. Both may be NULL afterwards, and the caller owns them. The error
 * begins with "pool NAME".
 */
int pool_folder_read(virStoragePoolPtr pool, char **type, char **path,
		     struct error *error);

/*
 * Opens the folder; -1 unless this process may write it, and also when everybody may,
 * since others could exchange the files in it. The caller closes it.
 */
int pool_folder_open(const char *path);

/*
 * Opens a file that was just created, for reading: a regular file that is empty and has a
 * single name. -1 when it is another one, or missing. The caller closes it.
 */
int pool_folder_new_file(int folder, const char *name);

/* Whether the folder has an entry of that name, of any kind. */
bool pool_folder_has(int folder, const char *name);

/*
 * Fails unless the file of that name is still the one that is open as `file`, and
 * contains what was sent to the hypervisor: `size_bytes`, the first of them `start`.
 */
int pool_folder_check(int folder, const char *name, int file, uint64_t size_bytes,
		      const void *start, size_t start_size, struct error *error);

/*
 * Renames the file that is open as `file`, atomically, after its data is on the disk.
 * Without `replace` it fails when a file of the new name exists.
 */
int pool_folder_rename(int folder, const char *from, const char *to, int file,
		       bool replace, struct error *error);

#endif
