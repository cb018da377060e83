/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the process that serves a Unix socket. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "common/num.h"
#include "provision/doctor/socket_server.h"

enum {
	SOCKETS_SIZE_MAX = 64 * 1024 * 1024, /* bytes of /proc/net/unix */
	COMM_SIZE_MAX = 64,
	LINK_SIZE_MAX = 64,
};

/* Of a line of /proc/net/unix, and what a stream socket has in them that listens. */
enum { FIELD_FLAGS = 3, FIELD_TYPE = 4, FIELD_INODE = 6, FIELD_COUNT };
#define FLAGS_LISTENS "00010000"
#define TYPE_STREAM   "0001"

#define VAR "/var"
enum { VAR_SIZE = sizeof(VAR) - 1 };

DEFINE_CLEANUP(DIR *, closedir)

/* The inode, if the line is that of the socket; 0 otherwise. */
static uint64_t line_inode(const char *line, size_t size, const char *path)
{
	const char *end = line + size;
	CLEANUP(free_ptr) char *number = NULL;
	uint64_t inode = 0;

	for (int field = 0; field < FIELD_COUNT; field++) {
		const char *start = line;
		size_t length;

		line = memchr(line, ' ', (size_t)(end - line));
		if (!line)
			return 0;
		length = (size_t)(line - start);
		if ((field == FIELD_FLAGS && strncmp(start, FLAGS_LISTENS " ", 9)) ||
		    (field == FIELD_TYPE && strncmp(start, TYPE_STREAM " ", 5)))
			return 0;
		if (field == FIELD_INODE)
			number = mem_substring(start, length);
		while (line < end && *line == ' ')
			line++;
	}
	/* Of "/run" the older name, which leads to it. */
	if ((size_t)(end - line) > VAR_SIZE && !memcmp(line, VAR, VAR_SIZE))
		line += VAR_SIZE;
	if ((size_t)(end - line) != strlen(path) || memcmp(line, path, strlen(path)) != 0)
		return 0;
	return num_parse(number, 1, INT64_MAX, &inode, NULL) == 0 ? inode : 0;
}

uint64_t socket_inode_parse(const char *text, const char *path)
{
	uint64_t inode = 0;

	while (*text && !inode) {
		size_t size = strcspn(text, "\n");

		inode = line_inode(text, size, path);
		text += size;
		text += *text == '\n';
	}
	return inode;
}

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

/* The process that called listen(), 0 if it is in another PID namespace; -1: nobody
 * answers. */
static pid_t listener_find(const char *path)
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

static bool has_open(pid_t pid, const char *link)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/%d/fd", (int)pid);
	CLEANUP(closedir_ptr) DIR *descriptors = opendir(path);
	struct dirent *entry;

	while (descriptors && (entry = readdir(descriptors))) {
		char target[LINK_SIZE_MAX];
		ssize_t size = readlinkat(dirfd(descriptors), entry->d_name, target,
					  sizeof(target));

		if (size == (ssize_t)strlen(link) && !memcmp(target, link, (size_t)size))
			return true;
	}
	return false;
}

static pid_t holder_find(const char *path, const char *name, uid_t owner)
{
	CLEANUP(buf_free) struct buf sockets = {0};
	CLEANUP(closedir_ptr) DIR *processes = opendir("/proc");
	CLEANUP(free_ptr) char *link = NULL;
	struct dirent *entry;
	uint64_t inode, pid;

	if (file_read("/proc/net/unix", SOCKETS_SIZE_MAX, &sockets, NULL) < 0 ||
	    !(inode = socket_inode_parse(buf_text(&sockets), path)))
		return 0;
	link = mem_format("socket:[%" PRIu64 "]", inode);
	while (processes && (entry = readdir(processes)))
		if (num_parse(entry->d_name, 1, INT32_MAX, &pid, NULL) == 0 &&
		    socket_server_is((pid_t)pid, name, owner) &&
		    has_open((pid_t)pid, link))
			return (pid_t)pid;
	return 0;
}

pid_t socket_server_find(const char *path, const char *name, uid_t owner)
{
	pid_t listener = listener_find(path);

	if (listener < 0 || socket_server_is(listener, name, owner))
		return listener;
	return holder_find(path, name, owner);
}
