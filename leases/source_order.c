/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sources of addresses are used, and in which order they are trusted. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/source_order.h"

struct source_order source_order_default(void)
{
	struct source_order order = {.count = SOURCE_COUNT};

	for (size_t i = 0; i < SOURCE_COUNT; i++)
		order.sources[i] = (enum lease_source)i;
	return order;
}

static int word_add(const char *word, struct source_order *order, struct error *error)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		enum lease_source source = (enum lease_source)i;

		if (strcmp(word, lease_source_name(source)))
			continue;
		if (source_order_has(order, source))
			return error_set(error, "source \"%s\" is given twice", word);
		order->sources[order->count++] = source;
		return 0;
	}
	return error_set(error,
			 "unknown source \"%s\"; the sources are static, lease, agent, "
			 "arp and script",
			 word);
}

int source_order_parse(const char *text, struct source_order *order, struct error *error)
{
	CLEANUP(free_ptr) char *copy = mem_string(text);
	struct source_order parsed = {0};
	char *rest = copy, *word;

	while ((word = strsep(&rest, ","))) {
		if (word_add(word, &parsed, error) < 0)
			return -1;
	}
	*order = parsed;
	return 0;
}

size_t source_order_rank(const struct source_order *order, enum lease_source source)
{
	size_t rank = 0;

	while (rank < order->count && order->sources[rank] != source)
		rank++;
	return rank;
}

bool source_order_has(const struct source_order *order, enum lease_source source)
{
	return source_order_rank(order, source) < order->count;
}
