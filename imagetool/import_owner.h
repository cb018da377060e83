/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which imports still run: each one owns the volumes that carry its name. */
#ifndef IMAGETOOL_IMPORT_OWNER_H
#define IMAGETOOL_IMPORT_OWNER_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "imagetool/import_names.h"

/*
 * Creates an owner for this import. It is alive as long as the returned descriptor is
 * open: a socket in the abstract namespace, whose name disappears with the process,
 * however that ends. The caller closes it. -1 on failure.
 */
int import_owner_begin(struct import_owner *owner, struct error *error);

enum import_owner_state { OWNER_ALIVE, OWNER_DEAD, OWNER_ELSEWHERE };

/* Whether an owner is alive; OWNER_ELSEWHERE: this machine cannot know. */
enum import_owner_state import_owner_state(const struct import_owner *owner);

/* An import on another machine counts as dead when its volume has not been written for
 * this long; for a mark, also the image. */
enum { IMPORT_DEAD_AFTER_S = 60 * 60 };

/*
 * Whether the import that created the volume of that name in the pool is dead. `now_s` is
 * the hypervisor's time in seconds since 1970; 0: unknown, and then only imports of this
 * machine can be dead.
 */
bool import_is_dead(const struct import_name *name, virStoragePoolPtr pool,
		    virStorageVolPtr volume, uint64_t now_s);

#endif
