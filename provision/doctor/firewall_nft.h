/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the rules of nftables. */
#ifndef PROVISION_DOCTOR_FIREWALL_NFT_H
#define PROVISION_DOCTOR_FIREWALL_NFT_H

#include "provision/doctor/firewall.h"

/*
 * Adds the chains of the output of `nft -j list ruleset` (libnftables-json(5)), `size`
 * bytes. What is not understood in a rule is a condition. Fails if it is not such a
 * document, and leaves `firewall` as it is.
 */
int firewall_nft_parse(const char *text, size_t size, struct firewall *firewall,
		       struct error *error);

#endif
