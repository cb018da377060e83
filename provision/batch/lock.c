/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run at a time on a batch. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "common/cleanup.h"
#include "provision/batch/lock.h"

int batch_lock(const char *path, struct error *error)
{
	CLEANUP(close_fd)
	int fd = open(strcmp(path, "-") ? path : "/dev/null",
		      O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int locked;

	if (fd < 0)
		return error_errno(error, "%s", path);
	if (strcmp(path, "-") && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return error_set(error, "%s: another run is at work on this batch", path);
	locked = fd;
	fd = -1;
	return locked;
}
