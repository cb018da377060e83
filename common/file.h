/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files: read with a maximum, replaced so that no reader sees half of one. */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "common/buf.h"
#include "common/error.h"

/*
 * Appends a regular file to `contents`. Never blocks: a FIFO, device or directory is
 * refused (errno EINVAL), as is a file above `max_size` bytes (EFBIG). On failure
 * `contents` is left alone and errno says why (ENOENT for a file that is not there).
 */
int file_read(const char *path, size_t max_size, struct buf *contents,
	      struct error *error);

/* Opens a file for it; the caller closes the descriptor. -1 as above. */
int file_open(const char *path, struct error *error);

/* As file_read() for the last `max_size` bytes of the file, however large it is. */
int file_read_tail(const char *path, size_t max_size, struct buf *contents,
		   struct error *error);

/* As file_read() for a name relative to the directory `directory_fd`, AT_FDCWD for the
 * current.
 */
int file_read_at(int directory_fd, const char *name, size_t max_size,
		 struct buf *contents, struct error *error);

/* Appends all that can be read from a descriptor, a pipe as well; blocks until its end.
 */
int file_read_fd(int fd, size_t max_size, struct buf *contents, struct error *error);

/*
 * Appends a file that the user names: standard input for "-", else also a FIFO, such as
 * those of `<(...)` in a shell, or a device. Blocks until its end. Fails as file_read().
 */
int file_read_or_stdin(const char *path, size_t max_size, struct buf *contents,
		       struct error *error);

/* Puts `size` bytes under `path`: temporary file beside it, fsync, rename. */
int file_replace(const char *path, const void *data, size_t size, mode_t mode,
		 struct error *error);

/* Writes all of it, whatever write(2) takes at a time. */
int file_write_fd(int fd, const void *data, size_t size, struct error *error);

/*
 * `path` as seen from the file `base`: absolute paths and "-" stay, "~/" is `home`,
 * others are relative to the directory of `base` (NULL: the current one). The caller owns
 * it.
 */
char *file_path_from(const char *base, const char *path, const char *home);

#endif
