/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the libvirt daemon that serves qemu:///system and so runs its hooks, and when it
 * looked for them. */
#ifndef PROVISION_DOCTOR_HOOK_DAEMON_H
#define PROVISION_DOCTOR_HOOK_DAEMON_H

#include "provision/doctor/hook_checks.h"

/* Finds the process of root that answers on the socket of virtqemud or libvirtd, in the
 * PID and mount namespace of this one; when there is none, `daemon` stays zeroed. The
 * time of its start comes from /proc, that of a later reload, which also looks for hooks,
 * from systemd if that is running. */
void hook_daemon_find(struct hook_daemon *daemon);

/* Reads the start of a process, in clock ticks since boot, from the text of
 * /proc/PID/stat (proc(5)). */
int hook_stat_parse(const char *text, uint64_t *start_ticks, struct error *error);

/* The number in the line "NAME=NUMBER" of the output of `systemctl show`; 0 when there is
 * none. */
uint64_t hook_unit_parse(const char *text, const char *name);

#endif
