/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lease file of a bridge, in either of its formats. */
#ifndef LEASES_LEASE_FILE_H
#define LEASES_LEASE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "common/error.h"
#include "leases/lease.h"

/* Texts are owned; `path` is NULL if there is no file. */
struct lease_file {
	char *path;
	char *bridge;
	enum { LEASE_FILE_STATUS, LEASE_FILE_TEXT } format;
};

/*
 * Finds the file of `bridge` in libvirt's directory: BRIDGE.status, else the
 * dhcp-leasefile (in the same directory) of the NET.conf with this bridge. If neither
 * exists, the bridge has no DHCP server of libvirt and `file->path` is NULL. Fails if the
 * bridge's name is invalid or the directory can't be read. The caller frees `file`.
 */
int lease_file_find(const char *directory, const char *bridge, struct lease_file *file,
		    struct error *error);

/*
 * Appends the file's leases with their bridge; none if the file no longer exists. Invalid
 * entries are reported in `problems` as "path: ...". Fails if the file can't be read.
 */
int lease_file_read(const struct lease_file *file, struct lease_list *leases,
		    struct error_list *problems, struct error *error);

/*
 * Whether the file has changed since `seen`, which is updated. A zeroed `seen` means that
 * the file did not exist or was never checked.
 */
bool lease_file_changed(const struct lease_file *file, struct stat *seen);

void lease_file_free(struct lease_file *file);

#endif
