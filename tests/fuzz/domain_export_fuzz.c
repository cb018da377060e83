/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: whatever a domain says, the lines made of it are those of a batch. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/ini_file.h"
#include "provision/batch/grammar.h"
#include "provision/host/domain_export.h"
#include "provision/host/domain_export_write.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* A name of the domain's that broke out of its line would make a section or a key. */
static void lines_check(const struct buf *text)
{
	CLEANUP(ini_file_free) struct ini_file file = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	size_t sections = 0;

	if (ini_file_parse("-", text->data, text->size, &file, &errors) < 0)
		abort();
	array_foreach(entry, &file.entries)
		sections += !entry->key;
	if (sections != 3)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(domain_export_free) struct domain_export domain = {0};
	CLEANUP(buf_free) struct buf text = {0};

	if (domain_export_read((const char *)data, size, &domain, NULL) < 0)
		return 0;
	domain_export_write(&domain, 1, "qemu:///system", &text);
	lines_check(&text);
	return 0;
}
