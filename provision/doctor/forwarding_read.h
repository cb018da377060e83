/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what this machine does with the packets of guests. */
#ifndef PROVISION_DOCTOR_FORWARDING_READ_H
#define PROVISION_DOCTOR_FORWARDING_READ_H

#include "common/error.h"
#include "provision/doctor/forwarding.h"

/*
 * Reads the kernel's settings and default routes, the rules of nftables and iptables by
 * `nft`, `iptables -S` and the like, and the zone by `firewall-cmd`; nothing is changed,
 * and no table is created. `facts->net` is set before. Why something is not known is
 * added to `unknown`. The caller frees `facts`.
 */
void forwarding_read(struct forwarding *facts, struct error_list *unknown);

#endif
