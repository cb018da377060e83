/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that several verbs of vmango-leases share. */
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
	const char *directory; /* of lease files; NULL: ask libvirt */
	const char *script;    /* NULL: none */
	bool guest_names;      /* use also host names that clients send by DHCP */
	ARRAY(char *)
	names; /* machines, MACs, addresses or host names; owned. Empty: all */
};

/* Codes of the options below. */
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
	{QUERY_DIR, "dir", "PATH", "read lease files there instead of asking libvirt"}
#define QUERY_GUEST_NAMES_OPTION \
	{QUERY_GUEST_NAMES, "guest-names", NULL, \
	 "use also host names that guests send by DHCP"}
#define QUERY_NETWORK_OPTION \
	{QUERY_NETWORK, "network", "NET", "only this network"}
#define QUERY_SOURCE_OPTIONS                                                     \
	{QUERY_SOURCE, "source", "LIST",                                         \
	 "sources in order of trust: static,lease,agent,arp,script"},         \
	{QUERY_SCRIPT, "script", "PATH", "network script of the source \"script\""}
#define QUERY_ADDRESS_OPTIONS                                                    \
	{'4', "ipv4", NULL, "only IPv4 addresses"},                                \
	{'6', "ipv6", NULL, "only IPv6 addresses"},                                \
	{QUERY_CIDR, "cidr", "BLOCK", "only addresses in it; may be given again"}, \
	{QUERY_ALL, "all", NULL, "link-local addresses too"}
/* All that select addresses: what `list`, `resolve` and `ansible` have in common. */
#define QUERY_SELECTION_OPTIONS                                                    \
	QUERY_ADDRESS_OPTIONS,                                                     \
	QUERY_NETWORK_OPTION,                                                      \
	QUERY_SOURCE_OPTIONS,                                                      \
	QUERY_GUEST_NAMES_OPTION,                                                  \
	QUERY_DIR_OPTION
/* clang-format on */

void query_options_start(struct query_options *options);
/* Stores an option of the list above; false if the code is not one of them. An invalid
 * value is a usage error. */
bool query_option_take(struct query_options *options, struct cli *cli, int code);
/* Adds the operands to `names`; for "-" the lines of standard input. */
void query_options_add_operands(struct query_options *options, struct cli *cli);
/* To be called after the last option. Options that exclude each other are a usage error.
 */
void query_options_check(const struct query_options *options, struct cli *cli);
void query_options_free(struct query_options *options);

#endif
