/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the process that serves a Unix socket. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "provision/doctor/socket_server.h"

enum { COMM_SIZE_MAX = 64 };

bool socket_server_is(pid_t pid, const char *name, uid_t owner)
{
	/* The owner of what is in the folder may be another. */
	CLEANUP(free_ptr) char *folder = mem_format("/proc/%d", (int)pid);
	CLEANUP(free_ptr) char *comm = mem_format("/proc/%d/comm", (int)pid);
	CLEANUP(buf_free) struct buf text = {0};
	struct stat status;

	if (pid <= 0 || file_read(comm, COMM_SIZE_MAX, &text, NULL) < 0 || !text.size ||
	    stat(folder, &status) < 0)
		return false;
	text.data[strcspn(text.data, "\n")] = '\0';
	return status.st_uid == owner && !strcmp(text.data, name);
}

pid_t socket_server_pid(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	CLEANUP(close_fd)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -1;
	return peer.pid;
}
