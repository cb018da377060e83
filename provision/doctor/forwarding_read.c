/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what this machine does with the packets of guests. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/child.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/json.h"
#include "provision/doctor/firewall_iptables.h"
#include "provision/doctor/firewall_nft.h"
#include "provision/doctor/forwarding_read.h"

enum {
	PROC_SIZE_MAX = 16 * 1024 * 1024,
	PROGRAM_TIME_MS = 10 * 1000,
	MESSAGES_MAX = 64 * 1024,
	PROGRAM_PATH_MAX = 64,
};

/* The first number of a file below /proc/sys; -1 if it does not exist or can't be read.
 */
static int setting_read(const char *name)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/sys/net/%s", name);
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read(path, PROC_SIZE_MAX, &text, NULL) < 0 || !text.size)
		return -1;
	return text.data[0] != '0';
}

static void families_read(struct forwarding *facts)
{
	CLEANUP(buf_free) struct buf routes = {0};
	CLEANUP(buf_free) struct buf routes6 = {0};

	facts->ipv4.is_off = setting_read("ipv4/ip_forward") == 0;
	facts->ipv6.is_off = setting_read("ipv6/conf/all/forwarding") == 0;
	facts->ipv4.is_filtered = setting_read("bridge/bridge-nf-call-iptables") == 1;
	facts->ipv6.is_filtered = setting_read("bridge/bridge-nf-call-ip6tables") == 1;
	if (file_read("/proc/net/route", PROC_SIZE_MAX, &routes, NULL) == 0)
		default_route_parse(buf_text(&routes), &facts->ipv4.route);
	if (file_read("/proc/net/ipv6_route", PROC_SIZE_MAX, &routes6, NULL) == 0)
		default_route_parse6(buf_text(&routes6), &facts->ipv6.route);
}

/* Where the program is; false if it is not installed. */
static bool program_find(const char *name, char path[static PROGRAM_PATH_MAX])
{
	static const char *const folders[] = {"/usr/sbin", "/usr/bin", "/sbin", "/bin"};

	for (size_t i = 0; i < ARRAY_LENGTH(folders); i++) {
		int size = snprintf(path, PROGRAM_PATH_MAX, "%s/%s", folders[i], name);

		if (size > 0 && size < PROGRAM_PATH_MAX && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* The error is what the program says, if it says something. */
static int program_run(char *path, char *const *options, struct buf *output,
		       struct error *error)
{
	enum { OPTIONS_MAX = 4 };
	char *arguments[OPTIONS_MAX + 2] = {path};
	char *environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	CLEANUP(buf_free) struct buf messages = {.max_size = MESSAGES_MAX};

	for (size_t i = 0; i < OPTIONS_MAX && options[i]; i++)
		arguments[i + 1] = options[i];
	if (child_run(&(struct child){.path = path,
				      .arguments = arguments,
				      .environment = environment,
				      .timeout_ms = PROGRAM_TIME_MS,
				      .output = output,
				      .messages = &messages},
		      error) == 0)
		return 0;
	if (messages.size)
		error_set(error, "%.*s", (int)strcspn(messages.data, "\n"),
			  messages.data);
	return error_context(error, "%s", path);
}

/* -1 if nft is not installed, or fails. */
static int nft_read(struct firewall *firewall, struct error *error)
{
	char *options[] = {"-j", "list", "ruleset", NULL};
	char path[PROGRAM_PATH_MAX];
	CLEANUP(buf_free) struct buf output = {.max_size = JSON_SIZE_MAX};

	if (!program_find("nft", path))
		return error_set(error, "nft is not installed");
	if (program_run(path, options, &output, error) < 0)
		return -1;
	return firewall_nft_parse(buf_text(&output), output.size, firewall, error);
}

/* Replaces what nft knows of the table, if iptables can read it. */
static int iptables_read(const char *program, const char *table,
			 struct firewall *firewall, struct error *error)
{
	char *options[] = {"-S", NULL};
	char path[PROGRAM_PATH_MAX];
	CLEANUP(buf_free) struct buf output = {.max_size = JSON_SIZE_MAX};

	if (!program_find(program, path))
		return error_set(error, "%s is not installed", program);
	if (program_run(path, options, &output, error) < 0)
		return -1;
	firewall_table_remove(firewall, table);
	firewall_iptables_parse(buf_text(&output), output.size, table, firewall);
	return 0;
}

static bool has_table(const struct firewall *firewall, const char *table)
{
	array_foreach(chain, &firewall->chains) {
		if (!strcmp(chain->table, table))
			return true;
	}
	return false;
}

/* The kernel's older tables, which nft does not see. */
static bool has_legacy(const char *list)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/net/%s", list);
	CLEANUP(buf_free) struct buf text = {0};

	return file_read(path, PROC_SIZE_MAX, &text, NULL) == 0 && text.size &&
	       strstr(buf_text(&text), "filter");
}

/* iptables is only started for tables that exist, since it may create them. */
static void rules_read(struct forwarding *facts, struct error_list *unknown)
{
	static const struct {
		const char *table, *list, *nft, *legacy, *any;
	} tables[] = {
		{"ip filter", "ip_tables_names", "iptables-nft", "iptables-legacy",
		 "iptables"},
		{"ip6 filter", "ip6_tables_names", "ip6tables-nft", "ip6tables-legacy",
		 "ip6tables"},
	};
	CLEANUP(error_free) struct error error = {0};
	bool has_nft = nft_read(&facts->firewall, &error) == 0;

	facts->firewall_is_known = has_nft;
	for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
		struct firewall *firewall = &facts->firewall;

		if (has_table(firewall, tables[i].table) &&
		    iptables_read(tables[i].nft, tables[i].table, firewall, NULL) < 0)
			iptables_read(tables[i].any, tables[i].table, firewall, NULL);
		if (has_legacy(tables[i].list) &&
		    (iptables_read(tables[i].legacy, tables[i].table, firewall, NULL) ==
			     0 ||
		     iptables_read(tables[i].any, tables[i].table, firewall, NULL) == 0))
			facts->firewall_is_known = true;
	}
	if (!facts->firewall_is_known) {
		error_context(&error, "the rules that packets go through");
		error_list_take(unknown, &error);
	}
}

static void zone_read(struct forwarding *facts)
{
	CLEANUP(free_ptr)
	char *question = mem_format("--get-zone-of-interface=%s", facts->net->bridge);
	char *state[] = {"--state", NULL}, *zone[] = {question, NULL};
	char path[PROGRAM_PATH_MAX];
	CLEANUP(buf_free) struct buf output = {.max_size = MESSAGES_MAX};

	if (!program_find("firewall-cmd", path) ||
	    program_run(path, state, &output, NULL) < 0)
		return;
	buf_clear(&output);
	if (program_run(path, zone, &output, NULL) < 0)
		buf_clear(&output);
	facts->zone = mem_substring(buf_text(&output), strcspn(buf_text(&output), "\n"));
}

void forwarding_read(struct forwarding *facts, struct error_list *unknown)
{
	families_read(facts);
	rules_read(facts, unknown);
	if (facts->net->bridge)
		zone_read(facts);
}
