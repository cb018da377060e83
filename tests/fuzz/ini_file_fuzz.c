/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as an INI file. */
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/ini_file.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(ini_file_free) struct ini_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	int status = ini_file_parse("fuzz.ini", (const char *)data, size, &file, &errors);

	/* Refused means that somebody is told why. */
	if ((status < 0) != (errors.count > 0))
		abort();
	return 0;
}
