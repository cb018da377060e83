/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results grouped by host, for hosts(5) and ssh_config(5). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "leases/inventory.h"

enum { NAME_MAX_LENGTH = 253 }; /* of a host's name (RFC 1035, section 2.3.4) */

/* Whether the name is safe in every format: no pattern, option, comment or separator. */
static bool name_is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t length = strlen(name);

	return length && length <= NAME_MAX_LENGTH && strspn(name, plain) == length &&
	       *name != '-' && *name != '.';
}

/* Without trailing dots, which a resolver ignores. */
static size_t name_length(const char *name)
{
	size_t length = strlen(name);

	while (length && name[length - 1] == '.')
		length--;
	return length;
}

static bool name_equal(const char *a, const char *b)
{
	size_t length = name_length(a);

	return length == name_length(b) && !strncasecmp(a, b, length);
}

/* localhost and its aliases in /etc/hosts, and the domain .localhost (RFC 6761, 6.3). */
static bool name_is_local(const char *name)
{
	static const char *const words[] = {
		"localhost",	 "localhost4",	   "localhost6",   "loopback",
		"ip6-localhost", "ip6-loopback",   "ip6-localnet", "ip6-mcastprefix",
		"ip6-allnodes",	 "ip6-allrouters", "ip6-allhosts", "broadcasthost"};
	static const char domain[] = ".localhost";
	size_t length = name_length(name), first = strcspn(name, ".");

	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		if (strlen(words[i]) == first && !strncasecmp(name, words[i], first))
			return true;
	}
	return length >= sizeof(domain) - 1 &&
	       !strncasecmp(name + length - (sizeof(domain) - 1), domain,
			    sizeof(domain) - 1);
}

static bool name_is_machines(const char *name, const struct inventory_names *names)
{
	for (size_t i = 0; i < names->machines_count; i++) {
		array_foreach(machine, names->machines[i]) {
			if (name_equal(machine->name, name))
				return true;
		}
	}
	return false;
}

/* Whether the host name of the result may be used. */
static bool hostname_counts(const struct result *result,
			    const struct inventory_names *names)
{
	const char *name = result->lease.hostname;

	if (!name)
		return false;
	return result->lease.source == LEASE_FROM_STATIC ||
	       (names->guests_too && !name_is_local(name) &&
		!name_is_machines(name, names));
}

static const char *result_name(const struct result *result)
{
	return result->lease.machine ? result->lease.machine : result->lease.hostname;
}

/* By name and hypervisor, so that the results of a host are adjacent. */
static int name_compare(const void *a, const void *b)
{
	const struct result *x = *(const struct result *const *)a;
	const struct result *y = *(const struct result *const *)b;
	int order = strcasecmp(result_name(x), result_name(y));

	if (!order)
		order = (x->host > y->host) - (x->host < y->host);
	if (!order)
		order = !x->lease.machine - !y->lease.machine;
	return order ? order : result_compare(x, y);
}

static bool same_host(const struct result *a, const struct result *b)
{
	return a->host == b->host && !strcasecmp(result_name(a), result_name(b)) &&
	       !a->lease.machine == !b->lease.machine;
}

static const char *alias_find(const struct inventory_host *host,
			      const struct inventory_names *names)
{
	for (size_t i = 0; i < host->results.count; i++) {
		const struct result *result = host->results.items[i];
		const char *name = result->lease.hostname;

		if (hostname_counts(result, names) && !name_equal(name, host->name) &&
		    name_is_plain(name))
			return name;
	}
	return NULL;
}

/* Takes ownership of the results. */
static void host_add(struct inventory *inventory, struct result_refs *results,
		     const struct inventory_names *names, struct error_list *problems)
{
	const char *name = result_name(results->items[0]);
	struct inventory_host *last = inventory->count
					      ? &inventory->items[inventory->count - 1]
					      : NULL;
	struct inventory_host host = {.name = name, .results = *results};

	if (!name_is_plain(name) || (last && !strcasecmp(last->name, name))) {
		error_list_add(problems, "%s: %s", name,
			       name_is_plain(name)
				       ? "a second host of that name is left out"
				       : "left out: not a plain host name");
		free(results->items);
		return;
	}
	host.alias = alias_find(&host, names);
	result_refs_unique(&host.results);
	*array_add(inventory) = host;
}

static int word_compare(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Drops an alias that is also the name or alias of another host, since it is ambiguous.
 */
static void aliases_check(struct inventory *inventory)
{
	ARRAY(const char *) words = {0};

	array_foreach(host, inventory) {
		*array_add(&words) = host->name;
		if (host->alias)
			*array_add(&words) = host->alias;
	}
	if (words.count)
		qsort(words.items, words.count, sizeof(*words.items), word_compare);
	array_foreach(host, inventory) {
		const char **word = host->alias
					    ? bsearch(&host->alias, words.items,
						      words.count, sizeof(*words.items),
						      word_compare)
					    : NULL;
		const char **end = words.items + words.count;

		if (!word)
			continue;
		if ((word > words.items && !word_compare(word - 1, word)) ||
		    (word + 1 < end && !word_compare(word + 1, word)))
			host->alias = NULL;
	}
	free(words.items);
}

struct inventory inventory_make(const struct result_refs *results,
				const struct inventory_names *names,
				struct error_list *problems)
{
	struct inventory inventory = {0};
	struct result_refs sorted = {0};

	array_foreach(ref, results) {
		if (((*ref)->lease.machine || hostname_counts(*ref, names)) &&
		    !address_is_link_local(&(*ref)->lease.address))
			*array_add(&sorted) = *ref;
	}
	if (sorted.count)
		qsort(sorted.items, sorted.count, sizeof(*sorted.items), name_compare);
	for (size_t i = 0; i < sorted.count;) {
		const struct result *first = sorted.items[i];
		struct result_refs host = {0};

		while (i < sorted.count && same_host(first, sorted.items[i]))
			*array_add(&host) = sorted.items[i++];
		host_add(&inventory, &host, names, problems);
	}
	free(sorted.items);
	aliases_check(&inventory);
	return inventory;
}

void inventory_free(struct inventory *inventory)
{
	array_foreach(host, inventory)
		free(host->results.items);
	free(inventory->items);
	*inventory = (struct inventory){0};
}

static void address_add(const struct result *result, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX];

	buf_add_string(text, lease_address_format(&result->lease.address, address));
}

void inventory_add_hosts(const struct inventory *inventory, struct buf *text)
{
	array_foreach(host, inventory) {
		array_foreach(result, &host->results) {
			address_add(*result, text);
			buf_format(text, "\t%s%s%s\n", host->name, host->alias ? " " : "",
				   host->alias ? host->alias : "");
		}
	}
}

void inventory_add_ssh_config(const struct inventory *inventory, struct buf *text)
{
	array_foreach(host, inventory) {
		buf_format(text, "Host %s%s%s\n\tHostName ", host->name,
			   host->alias ? " " : "", host->alias ? host->alias : "");
		address_add(host->results.items[0], text);
		buf_format(text, "\n\tHostKeyAlias %s\n\tCheckHostIP no\n", host->name);
	}
}
