/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the process that serves a Unix socket. */
#ifndef PROVISION_DOCTOR_SOCKET_SERVER_H
#define PROVISION_DOCTOR_SOCKET_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Connects to the stream socket `path` and returns the PID of the process that was the
 * last to call listen(2) for it, as SO_PEERCRED of unix(7) has it; 0 if that is in
 * another PID namespace. Returns -1 with errno set if nobody answers. libvirt's daemons
 * call it also for sockets that systemd listened on and passed to them.
 */
pid_t socket_server_pid(const char *path);

/* Whether a process is called `name` and belongs to `owner`. */
bool socket_server_is(pid_t pid, const char *name, uid_t owner);

#endif
