/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of libvirt's connections, by which a silent one can be ended. */
#ifndef COMMON_VIRT_SOCKET_H
#define COMMON_VIRT_SOCKET_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

/*
 * libvirt has no call that ends those of other threads. Its client since 6.1 ends only
 * one when a connection turns out to be silent; the others wait until something comes
 * over the socket, and before 9.9 memory of the first one's stack is written to then
 * (https://gitlab.com/libvirt/libvirt, src/rpc/virnetclient.c). If the socket is shut
 * down, all of them return.
 *
 * For this, a program that uses it has a connect(2) and a socketpair(2) of its own, as it
 * has a malloc(3): they remember the sockets that a thread has opened.
 */

/* Around the opening of a connection, in one thread: forget its sockets, and keep those
 * that it has opened since for `connection`. */
void virt_sockets_begin(void);
void virt_sockets_keep(virConnectPtr connection);

/* Whether the sockets of the connection are known. */
bool virt_sockets_are_known(virConnectPtr connection);

/* Shuts them down. All calls on the connection fail then. */
void virt_sockets_shut(virConnectPtr connection);

#endif
