/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines whether machines can be created on a hypervisor, and how well they will
 * run. */
#ifndef PROVISION_DOCTOR_DOCTOR_EXAMINE_H
#define PROVISION_DOCTOR_DOCTOR_EXAMINE_H

#include "provision/batch/batch.h"
#include "provision/doctor/doctor.h"

/* Connects, does every check that is possible, and closes the connection; a check that
 * fails does not stop the others. Changes nothing. The hook, the lease files, /dev/kvm
 * and the packet filter are only checked when the hypervisor is this machine. With
 * `probes` bridge_probe_run() is called there, if this is root. Thread-safe. */
void doctor_examine(const struct batch_hypervisor *config, bool probes,
		    struct doctor_report *report);

#endif
