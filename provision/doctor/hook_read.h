/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at libvirt's hooks on this machine. */
#ifndef PROVISION_DOCTOR_HOOK_READ_H
#define PROVISION_DOCTOR_HOOK_READ_H

#include "provision/doctor/hook_checks.h"

/* Where libvirt looks for hooks. */
#define HOOK_FOLDER "/etc/libvirt/hooks"

/*
 * Finds the files in `folder` that are the lease monitor, or a script that names it. Runs
 * the one that is to be tried, if it is a program that holds the monitor's name, as
 * libvirt does for an event that it does not care for; nothing else is ever run but
 * `systemctl show`. The caller frees `facts`. Fails, with no files, when the folder is
 * there and can't be read.
 */
int hook_facts_read(const char *folder, struct hook_facts *facts, struct error *error);

#endif
