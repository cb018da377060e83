/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: the record of a run that locks a batch, read, written, and read again. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/owner.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(owner_free) struct owner owner = {0}, again = {0};
	CLEANUP(free_ptr) char *json = NULL, *second = NULL, *text = NULL;

	if (owner_parse((const char *)data, size, &owner, NULL) < 0)
		return 0;
	text = owner_text(&owner);
	json = owner_json(&owner);
	if (strlen(json) > OWNER_SIZE_MAX)
		return 0;
	if (owner_parse(json, strlen(json), &again, NULL) < 0)
		abort();
	second = owner_json(&again);
	if (strcmp(json, second) != 0)
		abort();
	return 0;
}
