/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers put together by host, for other programs. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "leases/inventory.h"

enum { NAME_MAX_LENGTH = 253 }; /* of a host's name (RFC 1035, section 2.3.4) */

/* What a name is in every format: neither pattern, option, comment nor a second word. */
static bool name_is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t length = strlen(name);

	return length && length <= NAME_MAX_LENGTH && strspn(name, plain) == length &&
	       *name != '-' && *name != '.';
}

static const char *answer_name(const struct answer *answer)
{
	return answer->lease.machine ? answer->lease.machine : answer->lease.hostname;
}

/* Answers by hypervisor and name, so that each host's are together. */
static int name_compare(const void *a, const void *b)
{
	const struct answer *x = *(const struct answer *const *)a;
	const struct answer *y = *(const struct answer *const *)b;
	int order = strcasecmp(answer_name(x), answer_name(y));

	if (!order)
		order = (x->host > y->host) - (x->host < y->host);
	if (!order)
		order = !x->lease.machine - !y->lease.machine;
	return order ? order : answer_compare(x, y);
}

static bool same_host(const struct answer *a, const struct answer *b)
{
	return a->host == b->host && !strcasecmp(answer_name(a), answer_name(b)) &&
	       !a->lease.machine == !b->lease.machine;
}

static const char *alias_find(const struct inventory_host *host)
{
	for (size_t i = 0; i < host->answers.count; i++) {
		const char *name = host->answers.items[i]->lease.hostname;

		if (name && strcasecmp(name, host->name) && name_is_plain(name))
			return name;
	}
	return NULL;
}

/* Takes over the answers. */
static void host_add(struct inventory *inventory, struct answer_refs *answers,
		     struct error_list *problems)
{
	const char *name = answer_name(answers->items[0]);
	struct inventory_host *last = inventory->count
					      ? &inventory->items[inventory->count - 1]
					      : NULL;
	struct inventory_host host = {.name = name, .answers = *answers};

	if (!name_is_plain(name) || (last && !strcasecmp(last->name, name))) {
		error_list_add(problems, "%s: %s", name,
			       name_is_plain(name)
				       ? "a second host of that name is left out"
				       : "left out: not a plain host name");
		free(answers->items);
		return;
	}
	host.alias = alias_find(&host);
	answer_refs_unique(&host.answers);
	*array_add(inventory) = host;
}

static int word_compare(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* An alias that is another host's name or alias too would name either. */
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

struct inventory inventory_make(const struct answer_refs *answers,
				struct error_list *problems)
{
	struct inventory inventory = {0};
	struct answer_refs sorted = {0};

	array_foreach(ref, answers) {
		if (answer_name(*ref) && !address_is_link_local(&(*ref)->lease.address))
			*array_add(&sorted) = *ref;
	}
	if (sorted.count)
		qsort(sorted.items, sorted.count, sizeof(*sorted.items), name_compare);
	for (size_t i = 0; i < sorted.count;) {
		const struct answer *first = sorted.items[i];
		struct answer_refs host = {0};

		while (i < sorted.count && same_host(first, sorted.items[i]))
			*array_add(&host) = sorted.items[i++];
		host_add(&inventory, &host, problems);
	}
	free(sorted.items);
	aliases_check(&inventory);
	return inventory;
}

void inventory_free(struct inventory *inventory)
{
	array_foreach(host, inventory)
		free(host->answers.items);
	free(inventory->items);
	*inventory = (struct inventory){0};
}

static void address_add(const struct answer *answer, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX];

	buf_add_string(text, lease_address_format(&answer->lease.address, address));
}

void inventory_add_hosts(const struct inventory *inventory, struct buf *text)
{
	array_foreach(host, inventory) {
		array_foreach(answer, &host->answers) {
			address_add(*answer, text);
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
		address_add(host->answers.items[0], text);
		buf_format(text, "\n\tHostKeyAlias %s\n\tCheckHostIP no\n", host->name);
	}
}
