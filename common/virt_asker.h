/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out, after a signal, whether a hypervisor still answers. */
#ifndef COMMON_VIRT_ASKER_H
#define COMMON_VIRT_ASKER_H

#include "common/interrupt.h"

/*
 * Starts a thread with a connection of its own to `uri` (NULL: libvirt's default), since
 * calls on one connection may wait for each other. NULL if there can't be a thread. Ends
 * by virt_asker_end(), which does not wait for an answer.
 */
struct virt_asker *virt_asker_begin(const char *uri);
void virt_asker_end(struct virt_asker *asker);

/* For interrupt_undo_begin(), until virt_asker_end(); NULL for NULL. */
struct interrupt_place *virt_asker_place(struct virt_asker *asker);

#endif
