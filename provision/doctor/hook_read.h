/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the facts about libvirt's hooks on this machine. */
#ifndef PROVISION_DOCTOR_HOOK_READ_H
#define PROVISION_DOCTOR_HOOK_READ_H

#include "provision/doctor/hook_checks.h"

/* Where libvirt looks for hooks. */
#define HOOK_FOLDER "/etc/libvirt/hooks"

/*
 * Finds the files in `folder` that are the lease monitor, or a script that names it. Runs
 * the one that hook_file_to_try() chooses, as libvirt does for an event that the monitor
 * ignores, and `systemctl show`; nothing else. The caller frees `facts`. Fails, and
 * leaves `facts` empty, when the folder exists and can't be read.
 */
int hook_facts_read(const char *folder, struct hook_facts *facts, struct error *error);

#endif
