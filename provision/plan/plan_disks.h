/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have done to the disks of a machine, while their volumes exist. */
#ifndef PROVISION_PLAN_PLAN_DISKS_H
#define PROVISION_PLAN_PLAN_DISKS_H

#include "provision/plan/changes.h"

/*
 * Adds to change->faults: a root disk that is not attached, that is another file than the
 * volume created for it (harmless: a copy, for instance), or that another domain has too;
 * a config drive that was ejected, which apply inserts again unless its CD-ROM has
 * another medium. Nothing is wrong with what is not known: pools without a folder, disks
 * without a path.
 */
void plan_disks_check(struct change *change);

/* The machine's volume, its config drive or its root disk, that none of its disks has
 * or, as a copy, replaces; NULL: none, or not known. Borrowed. */
const struct metadata_volume *plan_disks_detached(const struct change *change,
						  bool is_drive);

#endif
