/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a domain is at rest: neither on its way to another hypervisor nor at a job. */
#ifndef PROVISION_HOST_DOMAIN_SETTLED_H
#define PROVISION_HOST_DOMAIN_SETTLED_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

/* Fails, and says what to wait for, while the domain migrates, in or out, or is at
 * another job (save, dump, backup); also when that can't be asked. */
int domain_settled_check(virDomainPtr domain, struct error *error);

/* Whether the guest runs, is defined here to stay, and is at rest. */
bool domain_is_settled_in(virDomainPtr domain);

/* Whether the guest is off and not saved to be restored at its next start. */
bool domain_is_off(virDomainPtr domain);

#endif
