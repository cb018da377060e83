/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads whole files up to a maximum, and replaces files atomically. */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/buf.h"
#include "common/error.h"

/*
 * Appends a regular file to `contents`. Never blocks: a FIFO, device or directory is
 * refused (errno EINVAL), as is a file above `max_size` bytes (EFBIG). On failure
 * `contents` is unchanged and errno is set (ENOENT for a missing file).
 */
int file_read(const char *path, size_t max_size, struct buf *contents,
	      struct error *error);

/* Opens a regular file like file_read(). The caller closes the descriptor. */
int file_open(const char *path, struct error *error);

/*
 * Opens a file that the user names: also a FIFO, such as those of `<(...)` in a shell,
 * for whose writer it waits, or a device; a directory is refused (errno EISDIR). The
 * caller closes the descriptor.
 */
int file_open_named(const char *path, struct error *error);

/* Whether the file exists and can be read only once: a FIFO, a device. */
bool file_is_stream(const char *path);

/* Like file_read(), for the last `max_size` bytes of a file of any size. */
int file_read_tail(const char *path, size_t max_size, struct buf *contents,
		   struct error *error);

/* Like file_read(), for a name relative to the directory `directory_fd` (AT_FDCWD: the
 * current one). */
int file_read_at(int directory_fd, const char *name, size_t max_size,
		 struct buf *contents, struct error *error);

/* Appends everything from a descriptor, also from a pipe; blocks until end of file. */
int file_read_fd(int fd, size_t max_size, struct buf *contents, struct error *error);

/*
 * Appends a file that the user names: standard input for "-", else as file_open_named().
 * Blocks until its end. Fails as file_read().
 */
int file_read_or_stdin(const char *path, size_t max_size, struct buf *contents,
		       struct error *error);

/* Replaces the file `path`: writes a temporary file in the same directory, then fsync and
 * rename. */
int file_replace(const char *path, const void *data, size_t size, mode_t mode,
		 struct error *error);

/* Writes all bytes, by as many calls of write(2) as necessary. */
int file_write_fd(int fd, const void *data, size_t size, struct error *error);

/*
 * Resolves `path` as written in the file `base`: absolute paths and "-" stay, "~/" is
 * replaced by `home`, others are relative to the directory of `base` (NULL, or a
 * descriptor such as "/dev/fd/63": the current one). The caller owns the result.
 */
char *file_path_from(const char *base, const char *path, const char *home);

#endif
