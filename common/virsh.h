/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of virsh in messages, which can be pasted into a shell. */
#ifndef COMMON_VIRSH_H
#define COMMON_VIRSH_H

#include "common/buf.h"

/*
 * Appends "virsh -c URI WORD...", each word quoted where a shell wants it. The words end
 * with NULL. Without a URI (NULL) virsh takes its own default.
 */
void virsh_add(struct buf *text, const char *uri, ...) __attribute__((sentinel));

/* The same as a text of its own; the caller owns it. */
char *virsh_text(const char *uri, ...) __attribute__((sentinel));

/* Options of `virsh undefine` that delete no file that the machine may need elsewhere,
 * and let it succeed with snapshots or a saved state (libvirt 1.2). */
#define VIRSH_UNDEFINE "--keep-nvram", "--snapshots-metadata", "--managed-save"

#endif
