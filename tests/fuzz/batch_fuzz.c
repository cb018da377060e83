/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a batch file. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "provision/batch/batch_load.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* Every mistake begins with its file, every machine is whole. */
static void batch_check(const struct batch *batch, const struct error_list *errors,
			const char *path)
{
	for (size_t i = 0; i < errors->count; i++)
		if (strncmp(errors->messages[i], path, strlen(path)) != 0)
			abort();
	if (errors->count)
		return;
	array_foreach(machine, &batch->machines) {
		if (!machine->hypervisor_count || !machine->plan || !machine->image ||
		    batch_machine_find(batch, machine->name) != machine)
			abort();
		for (size_t i = 0; i < machine->key_count; i++)
			if (!machine->keys[i]->public_key)
				abort();
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct batch_options options = {.home = "/nowhere"};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(close_fd) int fd = memfd_create("batch", MFD_CLOEXEC);
	CLEANUP(free_ptr) char *path = mem_format("/proc/self/fd/%d", fd);
	int status;

	/* Whatever files are there would be read. */
	if (memmem(data, size, "include", 7) || memmem(data, size, "_file", 5))
		return 0;
	if (fd < 0 || file_write_fd(fd, data, size, NULL) < 0)
		abort();
	status = batch_load(path, &options, &batch, &errors);
	if ((status < 0) != (errors.count > 0))
		abort();
	batch_check(&batch, &errors, path);
	return 0;
}
