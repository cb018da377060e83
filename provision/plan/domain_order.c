/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of a domain's elements. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/plan/domain_order.h"

static const char *const names[] = {
	"name",
	"uuid",
	"hwuuid",
	"genid",
	"title",
	"description",
	"metadata",
	"maxMemory",
	"memory",
	"currentMemory",
	"blkiotune",
	"memtune",
	"memoryBacking",
	"vcpu",
	"vcpus",
	"iothreads",
	"iothreadids",
	"defaultiothread",
	"cputune",
	"numatune",
	"resource",
	"sysinfo",
	"bootloader",
	"bootloader_args",
	"os",
	"idmap",
	"features",
	"cpu",
	"clock",
	"on_poweroff",
	"on_reboot",
	"on_crash",
	"on_lockfailure",
	"pm",
	"perf",
	"keywrap",
	"devices",
	"seclabel",
	"launchSecurity",
};

/* The end of the domain, after all elements. */
enum { RANK_OTHER = ARRAY_LENGTH(names), RANK_END };

struct part {
	xmlNodePtr node;
	size_t rank, at;
};

static size_t rank_of(xmlNodePtr element)
{
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (!element->ns && xmlStrEqual(element->name, BAD_CAST names[i]))
			return i;
	return RANK_OTHER;
}

/* That of the first element from there on. */
static size_t rank_at(xmlNodePtr node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node ? rank_of(node) : RANK_END;
}

static int part_compare(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	return (one->at > other->at) - (one->at < other->at);
}

void domain_order(xmlNodePtr domain)
{
	size_t count = 0, at = 0;
	CLEANUP(free_ptr) struct part *parts = NULL;

	for (xmlNodePtr node = domain->children; node; node = node->next)
		count++;
	parts = mem_zero(count + 1, sizeof(*parts));
	for (xmlNodePtr node = domain->children; node; node = node->next, at++)
		parts[at] = (struct part){node, rank_at(node), at};
	qsort(parts, count, sizeof(*parts), part_compare);
	/* A text is always followed by another node, so libxml2 merges none. */
	for (size_t i = 0; i < count; i++)
		xmlUnlinkNode(parts[i].node);
	for (size_t i = 0; i < count; i++)
		xmlAddChild(domain, parts[i].node);
}
