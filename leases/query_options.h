/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command line of vmango-leases asks for, as far as several verbs share it. */
#ifndef LEASES_QUERY_OPTIONS_H
#define LEASES_QUERY_OPTIONS_H

#include <stdbool.h>

#include "common/cli.h"
#include "common/mem.h"
#include "leases/address_filter.h"
#include "leases/source_order.h"

struct query_options {
	struct source_order order;
	struct address_filter filter;
	const char *directory; /* NULL: libvirt is asked */
	const char *script;    /* NULL: none */
	bool guest_names;      /* names that guests choose are names of hosts too */
	ARRAY(char *) names;   /* of machines and the like; owned. None: everything */
};

/* The options below, for tables of cli_option. */
enum {
	QUERY_DIR = CLI_LONG,
	QUERY_SOURCE,
	QUERY_SCRIPT,
	QUERY_NETWORK,
	QUERY_CIDR,
	QUERY_ALL,
	QUERY_GUEST_NAMES,
	QUERY_END, /* the first code for a verb's own options */
};

/* clang-format off */
#define QUERY_DIR_OPTION \
	{QUERY_DIR, "dir", "PATH", "read the lease files there, ask no libvirt"}
#define QUERY_GUEST_NAMES_OPTION \
	{QUERY_GUEST_NAMES, "guest-names", NULL, \
	 "name hosts also as they call themselves by DHCP"}
#define QUERY_NETWORK_OPTION \
	{QUERY_NETWORK, "network", "NET", "only this network"}
#define QUERY_SOURCE_OPTIONS                                                     \
	{QUERY_SOURCE, "source", "LIST",                                         \
	 "sources in the order of belief: static,lease,agent,arp,script"},         \
	{QUERY_SCRIPT, "script", "PATH", "network script of the source \"script\""}
#define QUERY_ADDRESS_OPTIONS                                                    \
	{'4', "ipv4", NULL, "only IPv4 addresses"},                                \
	{'6', "ipv6", NULL, "only IPv6 addresses"},                                \
	{QUERY_CIDR, "cidr", "BLOCK", "only addresses in it; may be given again"}, \
	{QUERY_ALL, "all", NULL, "link-local addresses too"}
/* clang-format on */

void query_options_start(struct query_options *options);
/* Stores an option of the list above; false when the code is none of them. Mistakes are
 * usage errors. */
bool query_option_take(struct query_options *options, struct cli *cli, int code);
/* Adds what the operands name; "-" stands for standard input, a name a line. */
void query_options_operands(struct query_options *options, struct cli *cli);
/* After the last option: refuses what does not go together. */
void query_options_check(const struct query_options *options, struct cli *cli);
void query_options_free(struct query_options *options);

#endif
