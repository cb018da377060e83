/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt: opens connections, converts errors, frees references at the end of scopes. */
#ifndef COMMON_VIRT_H
#define COMMON_VIRT_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdbool.h>

#include "common/cleanup.h"
#include "common/error.h"

DEFINE_CLEANUP(virConnectPtr, virConnectClose)
DEFINE_CLEANUP(virDomainPtr, virDomainFree)
DEFINE_CLEANUP(virNetworkPtr, virNetworkFree)
DEFINE_CLEANUP(virStoragePoolPtr, virStoragePoolFree)
DEFINE_CLEANUP(virStorageVolPtr, virStorageVolFree)
DEFINE_CLEANUP(virStreamPtr, virStreamFree)

/*
 * Sets "context: message", with the message of this thread's last libvirt error, which
 * stays set for virt_error_code(). Returns -1.
 */
int virt_error(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

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

/*
 * Opens `uri` unchanged; NULL is libvirt's default. From then on libvirt itself prints no
 * errors. The caller calls virConnectClose(). NULL on failure.
 */
virConnectPtr virt_open(const char *uri, bool read_only, struct error *error);

/*
 * Whether a canonical URI of virConnectGetURI() means the system's own libvirt on this
 * machine, whose files are at their usual place: no host, no socket of its own, and the
 * path "/system".
 */
bool virt_uri_is_local(const char *uri);
/* The same for a connection. */
bool virt_is_local(virConnectPtr connection);

#endif
