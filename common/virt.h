/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt: converts errors, frees references at the end of scopes. */
#ifndef COMMON_VIRT_H
#define COMMON_VIRT_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdbool.h>

#include "common/cleanup.h"
#include "common/error.h"

/* How long a hypervisor may be silent, in seconds; see common/virt_open.h. */
enum { VIRT_SILENT_S = 20 };

DEFINE_CLEANUP(virConnectPtr, virConnectClose)
DEFINE_CLEANUP(virDomainPtr, virDomainFree)
DEFINE_CLEANUP(virNetworkPtr, virNetworkFree)
DEFINE_CLEANUP(virStoragePoolPtr, virStoragePoolFree)
DEFINE_CLEANUP(virStorageVolPtr, virStorageVolFree)
DEFINE_CLEANUP(virStreamPtr, virStreamFree)

/*
 * Sets "context: message", with the message of this thread's last libvirt error, which
 * stays set for virt_error_code(). If that is one of virt_is_unasked(), the error is
 * marked so, and what to do is added. Returns -1.
 */
int virt_error(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Whether this thread's last libvirt error says that what was looked up does not exist:
 * VIR_ERR_NO_DOMAIN, _NETWORK, _STORAGE_POOL, _STORAGE_VOL and their like. With any other
 * error nothing is known about it. To be asked before another call of libvirt, each of
 * which resets the error.
 */
bool virt_is_missing(void);

/*
 * Whether it is that nobody answered: the hypervisor, one of its daemons (virtnetworkd,
 * virtstoraged, ...), or the connection to them.
 */
bool virt_is_unasked(void);

/*
 * What to do about this thread's last libvirt error if it names the socket of a daemon,
 * such as "start it there: systemctl start virtnetworkd.socket"; NULL otherwise. The
 * caller owns it.
 */
char *virt_unasked_advice(void);

/* VIR_ERR_... of this thread's last libvirt error; VIR_ERR_OK when there is none. */
int virt_error_code(void);

/*
 * Whether this thread's last libvirt error is that a pool or volume is busy with a task
 * of another client, so that waiting helps.
 */
bool virt_is_busy(void);

/* Whether it is that the volume is still being built, so that it can't be used yet. */
bool virt_is_building(void);

/* Whether it is that a file does not exist; another error of the system is not that. */
bool virt_is_no_file(void);

/* For virt_open(): sets "name: message" from libvirt's error, with what to do; or that
 * the hypervisor was silent for that long. Marked as unasked, and the first as denied if
 * another connection, read-only or of another user, may be allowed. Return -1. */
int virt_open_error(struct error *error, const char *name, virErrorPtr failure);
int virt_silent_error(struct error *error, const char *name, unsigned int seconds);

/* Whether a URI is that of a user's own libvirtd, on whatever machine: its path is
 * "/session". */
bool virt_uri_is_session(const char *uri);

/* Whether the connection was lost, so that each call on it fails. */
bool virt_is_lost(virConnectPtr connection);

/* The error "name: reason" of a lost connection: that it was silent, or just lost. Marked
 * as unasked. Return -1. */
int virt_lost_while(struct error *error, const char *name, bool is_silent);
int virt_lost_error(struct error *error, const char *name);

/*
 * Whether a canonical URI of virConnectGetURI() means the system's own libvirt on this
 * machine, whose files are at their usual place: no host, no socket of its own, and the
 * path "/system".
 */
bool virt_uri_is_local(const char *uri);
/* The same for a connection. */
bool virt_is_local(virConnectPtr connection);

#endif
