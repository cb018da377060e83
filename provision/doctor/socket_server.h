/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the process that serves a Unix socket. */
#ifndef PROVISION_DOCTOR_SOCKET_SERVER_H
#define PROVISION_DOCTOR_SOCKET_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Connects to the stream socket `path` and returns the PID of the process that answers
 * there, if it is called `name` and belongs to `owner`. When another process listened on
 * the socket and passed it on, as systemd does, it is the process of that name and owner
 * that has the socket open, which only root can see of others. Returns 0 if it is not
 * known, -1 with errno set if the connection fails.
 */
pid_t socket_server_find(const char *path, const char *name, uid_t owner);

/* Whether a process is called `name` and belongs to `owner`. */
bool socket_server_is(pid_t pid, const char *name, uid_t owner);

/*
 * The inode of the stream socket `path`, or "/var" and that, which listens, from the text
 * of /proc/net/unix (proc(5)); 0: none. Names in there are those that any user chose,
 * with line feeds even, so that the result is not to be believed before who has it open
 * is known.
 */
uint64_t socket_inode_parse(const char *text, const char *path);

#endif
