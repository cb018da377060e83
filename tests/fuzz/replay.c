/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target once on each file of the folders and files given; TAP. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"

enum { INPUT_MAX = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static unsigned int count;

static void file_replay(const char *path)
{
	CLEANUP(buf_free) struct buf input = {0};
	CLEANUP(error_free) struct error error = {0};

	count++;
	if (file_read(path, INPUT_MAX, &input, &error) < 0) {
		printf("not ok %u - %s\n", count, error_text(&error));
		return;
	}
	/* A copy of the exact size, so that a sanitizer sees a read behind the end. */
	CLEANUP(free_ptr) unsigned char *data = mem_copy(input.data, input.size);

	LLVMFuzzerTestOneInput(data, input.size);
	printf("ok %u - replay %s\n", count, path);
	fflush(stdout);
}

static void folder_replay(const char *path, DIR *folder)
{
	for (struct dirent *entry; (entry = readdir(folder));) {
		CLEANUP(free_ptr) char *name = NULL;

		if (entry->d_name[0] == '.')
			continue;
		name = mem_format("%s/%s", path, entry->d_name);
		file_replay(name);
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);

		if (folder)
			folder_replay(argv[i], folder);
		else
			file_replay(argv[i]);
	}
	printf("1..%u\n", count);
	return count == 0;
}
