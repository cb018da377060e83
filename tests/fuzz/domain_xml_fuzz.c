/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a domain that a template made. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/plan/domain_xml.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct domain_identity identity = {
		.name = "a",
		.uuid = "01234567-89ab-5def-8123-456789abcdef",
		.mac = "52:54:00:0a:0b:0c",
		.network = "n",
		.metadata = "<m:a xmlns:m=\"urn:m\">x</m:a>",
		.drive_path = "/d.iso",
	};
	CLEANUP(free_ptr) char *once = NULL;
	CLEANUP(free_ptr) char *twice = NULL;

	once = domain_xml_finish((const char *)data, size, &identity, NULL);
	if (!once)
		return 0;
	/* What is whole is left as it is. */
	twice = domain_xml_finish(once, strlen(once), &identity, NULL);
	if (!twice || strcmp(once, twice) != 0)
		abort();
	return 0;
}
