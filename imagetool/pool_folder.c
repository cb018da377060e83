/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pool's folder, and the files in it on this machine. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#if __has_include(<linux/openat2.h>)
#	include <linux/openat2.h>
#endif
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/pool_folder.h"

int pool_folder_read(virStoragePoolPtr pool, char **type, char **path,
		     struct error *error)
{
	const char *name = virStoragePoolGetName(pool);
	CLEANUP(free_ptr) char *text = virStoragePoolGetXMLDesc(pool, 0);
	CLEANUP(xml_free) struct xml xml = {0};

	if (!text)
		return virt_error(error, "pool %s", name);
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return error_context(error, "pool %s", name);
	*type = xml_string(&xml, NULL, "/pool/@type");
	*path = xml_string(&xml, NULL, "/pool/target/path");
	return 0;
}

int pool_folder_open(const char *path)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat status;
	int result;

	if (fd < 0 || faccessat(fd, ".", W_OK, 0) < 0 || fstat(fd, &status) < 0 ||
	    (status.st_mode & S_IWOTH))
		return -1;
	result = fd;
	fd = -1;
	return result;
}

/* Whether a name can only be that of an entry of the folder itself. */
static bool is_plain(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

static int name_open(int folder, const char *name)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
#ifdef RESOLVE_BENEATH
	struct open_how how = {
		.flags = (uint64_t)flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));

	/* EPERM: from a filter of system calls that does not know this one. */
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
#endif
	/* A kernel before 5.6. A name without a slash that is not a link can't leave the
	 * folder either. */
	return openat(folder, name, flags);
}

static int beneath_open(int folder, const char *name)
{
	struct stat status;

	if (!is_plain(name)) {
		errno = EXDEV;
		return -1;
	}
	/* Opening a device or a FIFO can have effects. */
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	if (!S_ISREG(status.st_mode)) {
		errno = ELOOP;
		return -1;
	}
	return name_open(folder, name);
}

int pool_folder_new_file(int folder, const char *name)
{
	CLEANUP(close_fd) int fd = beneath_open(folder, name);
	struct stat status;
	int result;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_nlink != 1 || status.st_size)
		return -1;
	result = fd;
	fd = -1;
	return result;
}

bool pool_folder_has(int folder, const char *name)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool is_file(int folder, const char *name, int file)
{
	struct stat known, found;

	return fstat(file, &known) == 0 &&
	       fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	       known.st_dev == found.st_dev && known.st_ino == found.st_ino;
}

int pool_folder_check(int folder, const char *name, int file, uint64_t size_bytes,
		      const void *start, size_t start_size, struct error *error)
{
	CLEANUP(free_ptr) char *found = mem_zero(1, start_size ? start_size : 1);
	struct stat status;

	if (is_file(folder, name, file) && fstat(file, &status) == 0 &&
	    status.st_nlink == 1 && (uint64_t)status.st_size == size_bytes &&
	    pread(file, found, start_size, 0) == (ssize_t)start_size &&
	    !memcmp(found, start, start_size))
		return 0;
	return error_set(error,
			 "%s: this machine's file of that name is not what was sent to "
			 "the hypervisor",
			 name);
}

/* Not every file system supports RENAME_NOREPLACE; link() fails on an existing name too.
 */
static int file_rename(int folder, const char *from, const char *to, bool replace)
{
	if (replace)
		return renameat(folder, from, folder, to);
	if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(folder, from, folder, to, 0) < 0)
		return -1;
	return unlinkat(folder, from, 0);
}

int pool_folder_rename(int folder, const char *from, const char *to, int file,
		       bool replace, struct error *error)
{
	if (!is_plain(from) || !is_plain(to))
		return error_set(error, "%s: not a file name",
				 is_plain(from) ? to : from);
	if (fsync(file) < 0)
		return error_errno(error, "%s", from);
	if (file_rename(folder, from, to, replace) < 0)
		return error_errno(error, "%s", to);
	if (!is_file(folder, to, file))
		return error_set(error, "%s: it was exchanged for another file", to);
	if (fsync(folder) < 0)
		return error_errno(error, "%s", to);
	return 0;
}
