/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads whole files up to a maximum, and replaces files atomically. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"

/* Most files are smaller. What is larger is read in pieces that double. */
enum { CHUNK_SIZE = 16 * 1024 };

int file_read_fd(int fd, size_t max_size, struct buf *contents, struct error *error)
{
	size_t start = contents->size, size;
	ssize_t got;

	do {
		char *room = buf_room_any(contents, CHUNK_SIZE, &size);

		if (!room) {
			errno = EFBIG;
			got = -1;
			break;
		}
		do {
			got = read(fd, room, size);
		} while (got < 0 && errno == EINTR);
		if (got > 0)
			buf_filled(contents, (size_t)got);
		if (got > 0 && contents->size - start > max_size) {
			errno = EFBIG;
			got = -1;
		}
	} while (got > 0);
	if (got == 0)
		return 0;
	contents->size = start;
	if (contents->data)
		contents->data[start] = '\0';
	if (errno == EFBIG)
		return error_set(error, "larger than %zu bytes", max_size);
	return error_errno(error, "can't read");
}

static void close_keep_errno(int fd)
{
	int number = errno;

	close(fd);
	errno = number;
}

/* A descriptor of a regular file that the caller closes, or -1; never blocks. */
static int regular_open(int directory_fd, const char *name, struct stat *status,
			struct error *error)
{
	int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return error_errno(error, "%s", name);
	if (fstat(fd, status) < 0) {
		error_errno(error, "%s", name);
	} else if (!S_ISREG(status->st_mode)) {
		error_set(error, "%s: not a regular file", name);
		errno = EINVAL;
	} else {
		return fd;
	}
	close_keep_errno(fd);
	return -1;
}

int file_open(const char *path, struct error *error)
{
	struct stat status;

	return regular_open(AT_FDCWD, path, &status, error);
}

int file_open_named(const char *path, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;

	if (fd < 0)
		return error_errno(error, "%s", path);
	if (fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode))
		return fd;
	close(fd);
	errno = EISDIR;
	return error_set(error, "%s: not a regular file", path);
}

bool file_is_stream(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode) &&
	       !S_ISDIR(status.st_mode);
}

int file_read_at(int directory_fd, const char *name, size_t max_size,
		 struct buf *contents, struct error *error)
{
	struct stat status;
	CLEANUP(close_fd) int fd = regular_open(directory_fd, name, &status, error);

	if (fd < 0)
		return -1;
	/* One allocation instead of many that grow; the size may still turn out wrong. */
	if (!contents->max_size && status.st_size > 0 &&
	    (uintmax_t)status.st_size <= max_size)
		buf_room(contents, (size_t)status.st_size + 1);
	if (file_read_fd(fd, max_size, contents, error) < 0)
		return error_context(error, "%s", name);
	return 0;
}

int file_read_tail(const char *path, size_t max_size, struct buf *contents,
		   struct error *error)
{
	struct stat status;
	CLEANUP(close_fd) int fd = regular_open(AT_FDCWD, path, &status, error);
	ssize_t got;
	char *room;

	if (fd < 0)
		return -1;
	room = buf_room(contents, max_size);
	if (!room) {
		errno = EFBIG;
		return error_set(error, "%s: too large", path);
	}
	do {
		got = pread(fd, room, max_size,
			    status.st_size > (off_t)max_size
				    ? status.st_size - (off_t)max_size
				    : 0);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_errno(error, "%s", path);
	buf_filled(contents, (size_t)got);
	return 0;
}

int file_read(const char *path, size_t max_size, struct buf *contents,
	      struct error *error)
{
	return file_read_at(AT_FDCWD, path, max_size, contents, error);
}

int file_read_or_stdin(const char *path, size_t max_size, struct buf *contents,
		       struct error *error)
{
	bool is_file = strcmp(path, "-");
	CLEANUP(close_fd) int file = -1;

	if (is_file) {
		file = file_open_named(path, error);
		if (file < 0)
			return -1;
	}
	if (file_read_fd(is_file ? file : STDIN_FILENO, max_size, contents, error) < 0)
		return error_context(error, "%s", is_file ? path : "standard input");
	return 0;
}

int file_write_fd(int fd, const void *data, size_t size, struct error *error)
{
	const char *rest = data;

	while (size) {
		ssize_t written = write(fd, rest, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return error_errno(error, "can't write");
		rest += written;
		size -= (size_t)written;
	}
	return 0;
}

/* The name itself must be on disk as well, else a crash could undo the rename. */
static int directory_sync(const char *path, struct error *error)
{
	CLEANUP(free_ptr) char *directory = file_path_from(path, ".", NULL);
	CLEANUP(close_fd) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return error_errno(error, "%s", directory);
	return 0;
}

int file_replace(const char *path, const void *data, size_t size, mode_t mode,
		 struct error *error)
{
	CLEANUP(free_ptr) char *temporary = mem_format("%s.XXXXXX", path);
	CLEANUP(close_fd) int fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0)
		return error_errno(error, "%s", path);
	if (file_write_fd(fd, data, size, error) < 0) {
		error_context(error, "%s", path);
		goto failed;
	}
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0) {
		error_errno(error, "%s", path);
		goto failed;
	}
	return directory_sync(path, error);
failed:
	unlink(temporary);
	return -1;
}

/* Whether the path is that of an open descriptor, whose folder has no other files. */
static bool is_descriptor(const char *path)
{
	return !strncmp(path, "/dev/fd/", strlen("/dev/fd/")) ||
	       !strcmp(path, "/dev/stdin") ||
	       (!strncmp(path, "/proc/", strlen("/proc/")) && strstr(path, "/fd/"));
}

char *file_path_from(const char *base, const char *path, const char *home)
{
	const char *slash = base && !is_descriptor(base) ? strrchr(base, '/') : NULL;

	if (home && path[0] == '~' && path[1] == '/')
		return mem_format("%s%s", home, path + 1);
	if (path[0] == '/' || !strcmp(path, "-") || !slash)
		return mem_string(path);
	return mem_format("%.*s%s", (int)(slash - base + 1), base, path);
}
