/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a domain is settled: neither migrating nor busy with a job. */
#ifndef PROVISION_HOST_DOMAIN_SETTLED_H
#define PROVISION_HOST_DOMAIN_SETTLED_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

/* Fails, and says what to wait for, while the domain migrates, in or out, or has another
 * job (save, dump, backup); also when its state can't be read. */
int domain_settled_check(virDomainPtr domain, struct error *error);

/* Whether that state and reason of virDomainGetState() are those of a guest that arrives
 * by a migration. */
bool domain_settled_arrives(int state, int reason);

/* Whether they are those of a guest that was migrated to another hypervisor. libvirtd
 * forgets that when it restarts. */
bool domain_settled_left(int state, int reason);

/* Whether the guest runs, is persistent here, and has no migration or job under way. */
bool domain_is_settled_in(virDomainPtr domain);

/* Whether the guest is shut off, without a managed save image. */
bool domain_is_off(virDomainPtr domain);

/* The same by asking for them. */
bool domain_was_migrated(virDomainPtr domain);

#endif
