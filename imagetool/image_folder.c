/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images in a folder of this machine. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "imagetool/image_facts.h"
#include "imagetool/image_folder.h"
#include "imagetool/image_marks.h"

DEFINE_CLEANUP(DIR *, closedir)

/* Checks the format and reads the virtual size, from the header alone. */
static int header_read(int fd, const struct stat *status, const struct image_name *name,
		       uint64_t *virtual_size, struct error *error)
{
	CLEANUP(free_ptr) uint8_t *start = mem_zero(1, IMAGE_START_SIZE);
	CLEANUP(image_facts_free) struct image_facts facts = {0};
	ssize_t got = pread(fd, start, IMAGE_START_SIZE, 0);

	if (got < 0)
		return error_errno(error, "can't read");
	image_facts_start(start, (size_t)got, &facts);
	image_facts_check_name(&facts, name);
	*virtual_size = facts.has_virtual_size ? facts.virtual_size_bytes
					       : (uint64_t)status->st_size;
	return image_facts_refuse(&facts, error);
}

static int file_image(int folder, const char *path, const char *file, struct image *image,
		      struct error *error)
{
	CLEANUP(close_fd) int fd = -1;
	struct image_name name;
	struct stat status;
	uint64_t virtual_size = 0;

	if (image_name_parse(file, strlen(file), &name, error) < 0)
		return -1;
	fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(error, "can't open");
	if (!S_ISREG(status.st_mode))
		return error_set(error, "is not a regular file");
	if (header_read(fd, &status, &name, &virtual_size, error) < 0)
		return -1;
	*image = (struct image){
		.id = mem_string(file),
		.name = name,
		.in_storage = true,
		.size_bytes = (uint64_t)status.st_blocks * 512,
		.virtual_size_bytes = virtual_size,
		.date_s = status.st_mtim.tv_sec,
		.path = mem_format("%s/%s", path, file),
	};
	return 0;
}

int image_folder_list(const char *path, struct image_list *images,
		      struct error_list *warnings, struct error *error)
{
	CLEANUP(closedir_ptr) DIR *folder = opendir(path);
	CLEANUP(image_marks_free) struct image_marks marks = {0};
	struct dirent *entry;

	if (!folder)
		return error_errno(error, "%s", path);
	while ((entry = readdir(folder)))
		image_marks_add(&marks, entry->d_name);
	rewinddir(folder);
	while (errno = 0, (entry = readdir(folder))) {
		CLEANUP(error_free) struct error reason = {0};
		struct image image;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		    import_name_parse(entry->d_name).type != IMPORT_OTHER ||
		    image_marks_has(&marks, entry->d_name))
			continue;
		if (file_image(dirfd(folder), path, entry->d_name, &image, &reason) == 0)
			*array_add(images) = image;
		else
			error_list_add(warnings, "%s: %s", entry->d_name,
				       error_text(&reason));
	}
	if (errno)
		return error_errno(error, "%s", path);
	image_list_sort(images);
	return 0;
}
