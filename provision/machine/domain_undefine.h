/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undefining a domain with all that libvirt keeps for it. */
#ifndef PROVISION_MACHINE_DOMAIN_UNDEFINE_H
#define PROVISION_MACHINE_DOMAIN_UNDEFINE_H

#include <libvirt/libvirt.h>

/*
 * virDomainUndefineFlags() with saved state, snapshots, checkpoints and NVRAM.
 * Checkpoints came with libvirt 5.6: an older library has no flag for them, an older
 * daemon refuses it and is asked again without. Returns what libvirt does.
 */
int domain_undefine_all(virDomainPtr domain);

#endif
