/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a machine's context to its config drive, in both formats. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/configdrive/drive_context.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* What was accepted makes whole sectors, the same ones again. */
static void build(const struct configdrive *drive)
{
	CLEANUP(buf_free) struct buf image = {0};
	CLEANUP(buf_free) struct buf again = {0};

	if (configdrive_build(drive, &image, NULL) < 0) {
		if (image.size)
			abort();
		return;
	}
	if (configdrive_build(drive, &again, NULL) < 0 || image.size % 2048 ||
	    image.size != again.size || memcmp(image.data, again.data, image.size) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(configdrive_context_free) struct configdrive_context context = {0};

	if (configdrive_context_parse((const char *)data, size, &context, NULL) < 0)
		return 0;
	build(&context.drive);
	context.drive.format = CONFIGDRIVE_NOCLOUD;
	context.drive.address = &context.address;
	build(&context.drive);
	return 0;
}
