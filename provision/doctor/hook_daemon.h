/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The libvirt daemon that runs hooks on this machine, and when it looked for them. */
#ifndef PROVISION_DOCTOR_HOOK_DAEMON_H
#define PROVISION_DOCTOR_HOOK_DAEMON_H

#include "provision/doctor/hook_checks.h"

/*
 * Finds libvirtd or virtqemud among the processes of this PID and mount namespace; a
 * daemon that can't be seen leaves `daemon` zeroed. Its start is read from /proc, a later
 * reload, which makes it look again, from systemd where that runs.
 */
void hook_daemon_find(struct hook_daemon *daemon);

/* The start of a process in clock ticks since the boot, out of /proc/PID/stat (proc(5)).
 */
int hook_stat_parse(const char *text, uint64_t *start_ticks, struct error *error);

/* The number in the line "NAME=NUMBER" of what `systemctl show` prints; 0 for none. */
uint64_t hook_unit_parse(const char *text, const char *name);

#endif
