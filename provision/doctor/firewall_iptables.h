/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the rules of iptables. */
#ifndef PROVISION_DOCTOR_FIREWALL_IPTABLES_H
#define PROVISION_DOCTOR_FIREWALL_IPTABLES_H

#include "provision/doctor/firewall.h"

/*
 * Adds the chains of the output of `iptables -S`, `ip6tables -S` and their like
 * (iptables(8)), `size` bytes, to the table `table`, such as "ip filter". What is not
 * understood in a rule is a condition; lines that are no rules are skipped.
 */
void firewall_iptables_parse(const char *text, size_t size, const char *table,
			     struct firewall *firewall);

#endif
