/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What will be deleted with each machine, read from its hypervisor. */
#ifndef PROVISION_VERBS_DELETION_LIST_H
#define PROVISION_VERBS_DELETION_LIST_H

#include "provision/plan/changes.h"

struct deletion {
	struct change *change; /* with ACTION_DELETE; borrowed */
	struct error error;    /* why it can't be deleted; empty if it can */
};

struct deletion_list {
	ARRAY(struct deletion) items;
};

/*
 * Sets change->deleted of all changes with ACTION_DELETE, in several threads. Changes
 * nothing on the hypervisors, so some reasons of machine_files_claim() are not found: a
 * machine of another hypervisor that has the same storage, and QEMU's locks. Without a
 * host, as with recorded facts, the metadata's volumes are all that is known. The caller
 * frees the list before the changes.
 */
void deletion_list_read(struct changes *changes, struct deletion_list *list);
void deletion_list_free(struct deletion_list *list);

#endif
