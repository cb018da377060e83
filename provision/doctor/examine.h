/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at a hypervisor with the eyes of somebody who is to make machines there. */
#ifndef PROVISION_DOCTOR_EXAMINE_H
#define PROVISION_DOCTOR_EXAMINE_H

#include "provision/batch/batch.h"
#include "provision/doctor/doctor.h"

/*
 * Connects, does every check that can be done, and closes the connection; what stands in
 * the way of one check does not stop the others. Changes nothing there. The hook, lease
 * files and /dev/kvm are looked at if the hypervisor is this machine's own. For several
 * threads at a time.
 */
void doctor_examine(const struct batch_hypervisor *config, struct doctor_report *report);

#endif
