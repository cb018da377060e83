/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as an SSH public key. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/batch/ssh_key.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(free_ptr) char *key = NULL;
	CLEANUP(free_ptr) char *again = NULL;

	if (ssh_key_parse((const char *)data, size, &key, NULL) < 0)
		return 0;
	/* One line of text, which is a key itself. */
	if (strpbrk(key, "\r\n") || !text_is_utf8(key, strlen(key)))
		abort();
	if (ssh_key_parse(key, strlen(key), &again, NULL) < 0 || strcmp(key, again) != 0)
		abort();
	return 0;
}
