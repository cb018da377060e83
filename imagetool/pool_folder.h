/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pool's folder, where it is one of this machine: a hypervisor says where it is and
 * what its files are called, and is not believed. Files are looked for in that folder
 * alone, by names that were not the hypervisor's choice, without following links.
 */
#ifndef IMAGETOOL_POOL_FOLDER_H
#define IMAGETOOL_POOL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * Opens the folder; -1 unless this process may write it. One that everybody may write is
 * none to rename files in. The caller closes it.
 */
int pool_folder_open(const char *path);

/*
 * Opens the file for reading if it is an empty one of a single name, such as a volume is
 * that was just created. -1 when it is none, or missing. The caller closes it.
 */
int pool_folder_new_file(int folder, const char *name);

/* Whether something of that name is in the folder. */
bool pool_folder_has(int folder, const char *name);

/*
 * Fails unless the file of that name is still the one that was opened as `file`, and has
 * what was sent to the hypervisor: that many bytes, beginning with these.
 */
int pool_folder_check(int folder, const char *name, int file, uint64_t size_bytes,
		      const void *start, size_t start_size, struct error *error);

/*
 * Renames the file that was opened as `file`, which is atomic. Without `replace` it fails
 * when there is one of the new name.
 */
int pool_folder_rename(int folder, const char *from, const char *to, int file,
		       bool replace, struct error *error);

#endif
