/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file in which the leases of a bridge are. */
#ifndef LEASES_LEASE_FILE_H
#define LEASES_LEASE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "common/error.h"
#include "leases/lease.h"

/* Owned; a NULL path is no file. */
struct lease_file {
	char *path;
	char *bridge;
	enum { LEASE_FILE_STATUS, LEASE_FILE_TEXT } format;
};

/*
 * Finds the file of `bridge` in libvirt's directory: BRIDGE.status, else what a NET.conf
 * that names the bridge has as its dhcp-leasefile, in this directory too. Where there is
 * none, nobody hands out leases on that bridge, and `file->path` is NULL. Fails on names
 * that are no bridge's and when the directory can't be read. The caller frees `file`.
 */
int lease_file_find(const char *directory, const char *bridge, struct lease_file *file,
		    struct error *error);

/*
 * Appends the file's leases with their bridge; a file that has gone has none. Entries
 * that are broken are named in `problems` behind the path. Fails on what can't be read.
 */
int lease_file_read(const struct lease_file *file, struct lease_list *leases,
		    struct error_list *problems, struct error *error);

/*
 * Whether the file differs from what is in `seen`, which is then what it is now. Zeroed
 * is a file that was not there, or was never looked at.
 */
bool lease_file_changed(const struct lease_file *file, struct stat *seen);

void lease_file_free(struct lease_file *file);

#endif
