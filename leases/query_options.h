/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command line of vmango-leases asks for, as far as several verbs share it. */
#ifndef LEASES_QUERY_OPTIONS_H
#define LEASES_QUERY_OPTIONS_H

#include <stdbool.h>

#include "common/cli.h"
#include "common/mem.h"
#include "leases/address_filter.h"
#include "leases/source_order.h"

struct request {
	struct source_order order;
	struct address_filter filter;
	const char *directory; /* NULL: libvirt is asked */
	const char *script;    /* NULL: none */
	bool guest_names;      /* names that guests choose are names of hosts too */
	ARRAY(char *) names;   /* of machines and the like; owned. None: everything */
};

/* The options below, for tables of cli_option. */
enum {
	REQUEST_DIR = CLI_LONG,
	REQUEST_SOURCE,
	REQUEST_SCRIPT,
	REQUEST_NETWORK,
	REQUEST_CIDR,
	REQUEST_ALL,
	REQUEST_GUEST_NAMES,
	REQUEST_END, /* the first code for a verb's own options */
};

/* clang-format off */
#define REQUEST_DIR_OPTION \
	{REQUEST_DIR, "dir", "PATH", "read the lease files there, ask no libvirt"}
#define REQUEST_GUEST_NAMES_OPTION \
	{REQUEST_GUEST_NAMES, "guest-names", NULL, \
	 "name hosts also as they call themselves by DHCP"}
#define REQUEST_NETWORK_OPTION \
	{REQUEST_NETWORK, "network", "NET", "only this network"}
#define REQUEST_SOURCE_OPTIONS                                                     \
	{REQUEST_SOURCE, "source", "LIST",                                         \
	 "sources in the order of belief: static,lease,agent,arp,script"},         \
	{REQUEST_SCRIPT, "script", "PATH", "network script of the source \"script\""}
#define REQUEST_ADDRESS_OPTIONS                                                    \
	{'4', "ipv4", NULL, "only IPv4 addresses"},                                \
	{'6', "ipv6", NULL, "only IPv6 addresses"},                                \
	{REQUEST_CIDR, "cidr", "BLOCK", "only addresses in it; may be given again"}, \
	{REQUEST_ALL, "all", NULL, "link-local addresses too"}
/* clang-format on */

void request_start(struct request *request);
/* Stores an option of the list above; false when the code is none of them. Mistakes are
 * usage errors. */
bool request_option(struct request *request, struct cli *cli, int code);
/* Adds what the operands name; "-" stands for standard input, a name a line. */
void request_operands(struct request *request, struct cli *cli);
/* After the last option: refuses what does not go together. */
void request_check(const struct request *request, struct cli *cli);
void request_free(struct request *request);

#endif
