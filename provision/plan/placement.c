/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice among several hypervisors for a machine. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "provision/plan/placement.h"

static bool option_fits(const struct placement_option *option,
			const struct placement_need *need)
{
	return !option->obstacle &&
	       option->host->memory_free_bytes >= need->memory_bytes &&
	       option->host->disk_free_bytes >= need->disk_bytes;
}

static void shortage_add(struct buf *why, const char *what, uint64_t free_bytes,
			 uint64_t need_bytes)
{
	char has[NUM_SIZE_TEXT_MAX], needs[NUM_SIZE_TEXT_MAX];

	num_size_text(free_bytes, has);
	num_size_text(need_bytes, needs);
	if (strcmp(has, needs))
		buf_format(why, "%s of %s left, %s needed", has, what, needs);
	else /* rounded, they look as if it were enough */
		buf_format(why, "%" PRIu64 " bytes of %s left, %" PRIu64 " needed",
			   free_bytes, what, need_bytes);
}

static void option_describe(struct buf *why, const struct placement_option *option,
			    const struct placement_need *need)
{
	const struct placement_host *host = option->host;

	buf_format(why, "%s%s: ", why->size ? "; " : "", host->name);
	if (option->obstacle)
		buf_add_string(why, option->obstacle);
	else if (host->memory_free_bytes < need->memory_bytes)
		shortage_add(why, "memory", host->memory_free_bytes, need->memory_bytes);
	else if (host->disk_free_bytes < need->disk_bytes)
		shortage_add(why, "disk", host->disk_free_bytes, need->disk_bytes);
	else
		buf_format(why, "%zu machine%s", host->machines,
			   host->machines == 1 ? "" : "s");
}

int placement_choose(const struct placement_option options[], size_t count,
		     const struct placement_need *need, size_t *chosen, char **why)
{
	const struct placement_option *best = NULL;
	CLEANUP(buf_free) struct buf text = {0};

	for (size_t i = 0; i < count; i++) {
		if (option_fits(&options[i], need) &&
		    (!best || options[i].host->machines < best->host->machines))
			best = &options[i];
	}
	if (best)
		option_describe(&text, best, need);
	for (size_t i = 0; i < count; i++)
		if (&options[i] != best)
			option_describe(&text, &options[i], need);
	*why = mem_string(buf_text(&text));
	if (!best)
		return -1;
	*chosen = (size_t)(best - options);
	return 0;
}

static uint64_t less(uint64_t from, uint64_t share)
{
	return from > share ? from - share : 0;
}

void placement_take(struct placement_host *host, const struct placement_need *need)
{
	host->memory_free_bytes = less(host->memory_free_bytes, need->memory_bytes);
	host->disk_free_bytes = less(host->disk_free_bytes, need->disk_bytes);
	host->machines++;
}
