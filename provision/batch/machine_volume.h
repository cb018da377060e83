/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of a machine's volumes, which are made of its own. */
#ifndef PROVISION_BATCH_MACHINE_VOLUME_H
#define PROVISION_BATCH_MACHINE_VOLUME_H

#include <stdbool.h>

enum machine_volume_kind {
	MACHINE_VOLUME_DISK,  /* "web-1_disk" */
	MACHINE_VOLUME_DRIVE, /* "web-1_config.iso" */
	/* A machine whose config drive is replaced has the two in turn. */
	MACHINE_VOLUME_DRIVE_2, /* "web-1_config-2.iso" */
	MACHINE_VOLUME_KINDS,
};

/* The caller owns it. */
char *machine_volume_name(const char *machine, enum machine_volume_kind kind);

/* Whether a volume of that name is the machine's config drive. */
bool machine_volume_is_drive(const char *machine, const char *volume);

/* Its path in a pool, the caller's; `folder` is NULL for a pool that has none. */
char *machine_volume_path(const char *folder, const char *machine,
			  enum machine_volume_kind kind);

/* The machine that a root disk of that name would be of, the caller's; NULL when it is no
 * root disk's name. */
char *machine_of_disk(const char *volume);

/* The same for a volume of any kind; *suffix becomes the rest of its name. */
char *machine_of_volume(const char *volume, const char **suffix);

#endif
