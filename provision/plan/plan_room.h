/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the disks of new machines have room in their pools. */
#ifndef PROVISION_PLAN_PLAN_ROOM_H
#define PROVISION_PLAN_PLAN_ROOM_H

#include "provision/plan/changes.h"

/*
 * Adds up the disks that will be created in each pool of root volumes. Copies that are
 * larger than what is free there are an error. Thin disks (overlays, copies that share
 * blocks with the image) take their size only as they are written to; if these are what
 * is too large, it is added to changes->warnings.
 */
void plan_room_check(struct changes *changes, struct error_list *errors);

#endif
