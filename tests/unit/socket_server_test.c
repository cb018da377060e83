/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process serves a Unix socket. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/doctor/socket_server.h"
#include "tests/unit/tap.h"

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 8) < 0)
		return -1;
	return fd;
}

/* A process that was given the socket, and calls listen() for it if `serves`. Returns
 * when it has. */
static pid_t server_start(const char *name, int fd, bool serves)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe(ready) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		if ((!serves || listen(fd, 8) == 0) && write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static void server_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void servers_are_found(const char *folder)
{
	CLEANUP(free_ptr) char *path = mem_format("%s/sock", folder);
	pid_t other, server;
	int fd;

	tap_ok(socket_server_pid(path) == -1, "no socket");
	fd = listen_at(path);
	other = server_start("daemon", fd, false);
	tap_number((uint64_t)socket_server_pid(path), (uint64_t)getpid(),
		   "who listens, not a younger process that has it open");
	server = server_start("daemon", fd, true);
	tap_number((uint64_t)socket_server_pid(path), (uint64_t)server,
		   "who was given it, and listens");
	tap_ok(socket_server_is(server, "daemon", getuid()), "is called that");
	tap_ok(!socket_server_is(server, "daemo", getuid()), "not only in part");
	tap_ok(!socket_server_is(server, "daemon", getuid() + 1), "and whose it is");
	server_end(server);
	server_end(other);
	tap_ok(!socket_server_is(server, "daemon", getuid()), "one that has ended");
	tap_ok(!socket_server_is(0, "daemon", getuid()), "none");
	close(fd);
	tap_ok(socket_server_pid(path) == -1, "nobody listens");
	unlink(path);
}

static void long_paths_are_refused(void)
{
	char path[200] = "/";

	memset(path + 1, 'x', sizeof(path) - 2);
	tap_ok(socket_server_pid(path) == -1, "a path too long for a socket");
}

int main(void)
{
	char folder[] = "/tmp/socket-server.XXXXXX";

	if (!mkdtemp(folder))
		return 1;
	servers_are_found(folder);
	long_paths_are_refused();
	rmdir(folder);
	return tap_done();
}
