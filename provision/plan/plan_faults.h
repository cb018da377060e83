/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have removed from a machine since it was created, and what waits for its
 * next start. */
#ifndef PROVISION_PLAN_PLAN_FAULTS_H
#define PROVISION_PLAN_PLAN_FAULTS_H

#include "provision/plan/changes.h"

/*
 * Compares what the machine's metadata name with what exists, and adds each difference to
 * change->faults. What was not read is no fault.
 */
void plan_faults_find(struct change *change);

/* Adds to change->waits what its running guest gets only when it is started again. */
void plan_waits_find(struct change *change);

/* Whether apply restores one of them. */
bool plan_faults_are_restored(const struct change *change);

/* Whether one of them is more than a remark. */
bool plan_faults_degrade(const struct change *change);

/* Whether the guest can't start with one of them. */
bool plan_faults_stop(const struct change *change);

/*
 * Whether the machine's autostart is off, though the batch that it was created or updated
 * with had it on, and has not changed since: others have turned it off. Otherwise it is a
 * difference from the batch.
 */
bool plan_faults_lost_autostart(const struct change *change);

/* Their texts, joined by "; "; the caller owns it. NULL if there are none. Those that
 * apply restores are left out once it `has_restored` them. */
char *plan_faults_text(const struct change *change, bool has_restored);

/* Why a paused guest is no running one, with the command; the caller owns it. */
char *plan_paused_text(const struct change *change);

#endif
