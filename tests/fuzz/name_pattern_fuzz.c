/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as a pattern of names. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/batch/name_pattern.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(name_list_free) struct name_list list = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *pattern = mem_substring((const char *)data, size);

	if (name_pattern_expand(pattern, &list, &error) < 0) {
		if (list.items.count || !error.message)
			abort();
		return 0;
	}
	if (!list.items.count || list.items.count > NAME_PATTERN_MAX)
		abort();
	/* A name that came out of a pattern stands for itself. */
	array_foreach(item, &list.items) {
		CLEANUP(name_list_free) struct name_list again = {0};

		if (name_pattern_expand(item->name, &again, NULL) < 0 ||
		    again.items.count != 1 || again.items.items[0].index != 0 ||
		    strcmp(again.items.items[0].name, item->name) != 0)
			abort();
	}
	return 0;
}
