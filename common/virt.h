/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt: connections, its errors as ours, its references in scopes. */
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
 * Sets "context: what libvirt said last in this thread". Returns -1. Keeps the libvirt
 * error, so that virt_error_code() still tells it.
 */
int virt_error(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* VIR_ERR_... of this thread's last libvirt error; VIR_ERR_OK when there is none. */
int virt_error_code(void);

/*
 * Whether this thread's last libvirt error is that a pool or volume is busy with what
 * somebody else asked for, so that waiting helps.
 */
bool virt_is_busy(void);

/*
 * Opens `uri` as it stands; NULL is libvirt's own default. From then on libvirt prints no
 * error itself. The caller closes it with virConnectClose(). NULL on failure.
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
