/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of nftables and iptables, and the way of a packet through them. */
#include "provision/doctor/firewall_iptables.h"
#include "provision/doctor/firewall_nft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void packets_try(const struct firewall *firewall)
{
	const struct firewall_packet packets[] = {
		{.hook = FIREWALL_FORWARD, .in = "br0", .out = "eth0", .family = AF_INET},
		{.hook = FIREWALL_FORWARD,
		 .in = "br0",
		 .out = "br0",
		 .family = AF_INET6,
		 .is_bridged = true},
		{.hook = FIREWALL_INPUT, .in = "br0", .family = AF_INET, .is_dhcp = true},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(packets); i++)
		firewall_drops(firewall, &packets[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct firewall firewall = {0};

	firewall_nft_parse((const char *)data, size, &firewall, NULL);
	firewall_iptables_parse((const char *)data, size, "ip filter", &firewall);
	packets_try(&firewall);
	firewall_free(&firewall);
	return 0;
}
