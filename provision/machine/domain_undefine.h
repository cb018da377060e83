/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undefining a domain with everything that libvirt stores for it. */
#ifndef PROVISION_MACHINE_DOMAIN_UNDEFINE_H
#define PROVISION_MACHINE_DOMAIN_UNDEFINE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

/*
 * virDomainUndefineFlags() with saved state, snapshots, checkpoints and, unless it is to
 * be kept, NVRAM.
 * Checkpoints exist since libvirt 5.6: an older library has no flag for them, and an
 * older daemon refuses it and is called again without it. Returns what libvirt returns.
 */
int domain_undefine_all(virDomainPtr domain, bool keeps_nvram);

/* Finds another domain that has the same NVRAM file, as a copied definition has it. *user
 * is its name, the caller's; NULL: none. -1 if the domains can't be listed, or one of
 * them can't be read. */
int domain_nvram_user(virDomainPtr domain, char **user, struct error *error);

#endif
