/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of libvirt's connections, by which a silent one can be ended. */
/* Without _GNU_SOURCE, in which connect() takes a union. */
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/mem.h"
#include "common/virt_socket.h"

/* A name service may be asked over some as well. */
enum { SOCKETS_MAX = 8 };

/* Its number may be another file's by now, its inode not. */
struct opened {
	int fd;
	ino_t inode;
};

struct sockets {
	virConnectPtr connection;
	size_t count;
	struct opened list[SOCKETS_MAX];
};

/* Of this thread. */
static _Thread_local struct sockets newest;

/* Of all connections. */
static ARRAY(struct sockets) kept;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static void socket_add(int fd)
{
	struct stat status;

	if (newest.count < SOCKETS_MAX && fstat(fd, &status) == 0)
		newest.list[newest.count++] = (struct opened){fd, status.st_ino};
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	int status = (int)syscall(SYS_connect, fd, address, length), saved = errno;

	if (status == 0 || saved == EINPROGRESS)
		socket_add(fd);
	errno = saved;
	return status;
}

int socketpair(int domain, int type, int protocol, int pair[2])
{
	int status = (int)syscall(SYS_socketpair, domain, type, protocol, pair);

	if (status == 0)
		socket_add(pair[0]);
	return status;
}

static bool is_open(const struct opened *opened)
{
	struct stat status;

	return fstat(opened->fd, &status) == 0 && S_ISSOCK(status.st_mode) &&
	       status.st_ino == opened->inode;
}

static bool any_is_open(const struct sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++)
		if (is_open(&sockets->list[i]))
			return true;
	return false;
}

void virt_sockets_begin(void)
{
	newest = (struct sockets){0};
}

/* Those of connections that were closed go. */
void virt_sockets_keep(virConnectPtr connection)
{
	size_t rest = 0;

	newest.connection = connection;
	pthread_mutex_lock(&kept_lock);
	array_foreach(old, &kept) {
		if (old->connection != connection && any_is_open(old))
			kept.items[rest++] = *old;
	}
	kept.count = rest;
	*array_add(&kept) = newest;
	pthread_mutex_unlock(&kept_lock);
}

/* How many there are, which are shut down if `shuts`. */
static size_t sockets_find(virConnectPtr connection, bool shuts)
{
	size_t found = 0;

	pthread_mutex_lock(&kept_lock);
	array_foreach(sockets, &kept) {
		for (size_t i = 0; i < sockets->count; i++) {
			if (sockets->connection != connection ||
			    !is_open(&sockets->list[i]))
				continue;
			found++;
			if (shuts)
				shutdown(sockets->list[i].fd, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&kept_lock);
	return found;
}

bool virt_sockets_are_known(virConnectPtr connection)
{
	return sockets_find(connection, false) > 0;
}

void virt_sockets_shut(virConnectPtr connection)
{
	sockets_find(connection, true);
}
