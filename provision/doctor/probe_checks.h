/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a probe on a bridge says about the network, with what was found to be the cause.
 */
#ifndef PROVISION_DOCTOR_PROBE_CHECKS_H
#define PROVISION_DOCTOR_PROBE_CHECKS_H

#include "provision/doctor/bridge_probe.h"
#include "provision/doctor/forwarding.h"

/* Adds the result of a probe on `bridge`. `outside` is the address beyond the network
 * that was to be pinged; NULL: none. */
void doctor_check_probe(struct doctor_report *report, const char *bridge,
			const struct in_addr *outside, const struct bridge_probe *probe,
			const struct forwarding_problems *problems);

#endif
