/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking up a volume by its path, which its pool may not list yet. */
#ifndef PROVISION_MACHINE_VOLUME_AT_H
#define PROVISION_MACHINE_VOLUME_AT_H

#include <libvirt/libvirt.h>

#include "common/error.h"

enum volume_at {
	VOLUME_AT_UNKNOWN, /* that could not be asked, as the error says */
	VOLUME_AT_NO_POOL, /* no active pool has its folder, or it can't be refreshed */
	VOLUME_AT_GONE,	   /* the pool of its folder has no such file */
	VOLUME_AT_FOUND,
};

/*
 * Looks up the volume with that path in all active pools. The pool of its folder is
 * refreshed if it does not list the path, as pools do not list what snapshots create. The
 * caller frees *volume, which is NULL unless found.
 */
enum volume_at volume_at_look(virConnectPtr connection, const char *path,
			      virStorageVolPtr *volume, struct error *error);

/* The same: -1 if it is unknown; *volume is NULL unless found. */
int volume_at(virConnectPtr connection, const char *path, virStorageVolPtr *volume,
	      struct error *error);

/* The pool of the path's folder; NULL: there is none (VIR_ERR_NO_STORAGE_POOL), or it
 * could not be asked. The caller frees it. */
virStoragePoolPtr volume_at_pool(virConnectPtr connection, const char *path);

/* The path's folder; NULL: it has none. The caller frees it. */
char *volume_at_folder(const char *path);

#endif
