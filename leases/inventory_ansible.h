/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An inventory for Ansible: as a file, and as the output of an inventory script. */
#ifndef LEASES_INVENTORY_ANSIBLE_H
#define LEASES_INVENTORY_ANSIBLE_H

#include "common/buf.h"
#include "leases/inventory.h"

/* Writes an INI inventory: ansible_host of each host, and a group for each network. */
void inventory_add_ansible(const struct inventory *inventory, struct buf *text);

/*
 * Writes what an inventory script prints for --list: the groups, and the variables of all
 * hosts in _meta
 * (https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html).
 */
void inventory_add_ansible_list(const struct inventory *inventory, struct buf *text);

/* Writes what an inventory script prints for --host NAME: the variables of the host; "{}"
 * if it does not exist. */
void inventory_add_ansible_host(const struct inventory *inventory, const char *name,
				struct buf *text);

#endif
