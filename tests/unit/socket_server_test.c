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

#define HEAD	 "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define LISTENS	 "0000000000000000: 00000002 00000000 00010000 0001 01 "
#define IS_PEER	 "0000000000000000: 00000003 00000000 00000000 0001 03 "
#define IS_DGRAM "0000000000000000: 00000002 00000000 00010000 0002 01 "

static void inodes_are_read(void)
{
	static const struct {
		const char *text;
		uint64_t inode;
		const char *description;
	} cases[] = {
		{HEAD LISTENS " 4711 /run/sock\n", 4711, "a socket that listens"},
		{HEAD LISTENS "4711 /run/sock", 4711, "one at the end"},
		{HEAD LISTENS "4711 /var/run/sock\n", 4711, "by its older name"},
		{HEAD LISTENS "4711 /var\n", 0, "another"},
		{HEAD IS_PEER "12 /run/sock\n" LISTENS "4711 /run/sock\n", 4711,
		 "a connection to it is none"},
		{HEAD IS_DGRAM "12 /run/sock\n", 0, "nor is one for datagrams"},
		{HEAD LISTENS "12 /run/sock-ro\n", 0, "a longer name"},
		{HEAD LISTENS "12 /run/soc\n", 0, "a shorter name"},
		{HEAD LISTENS "12 @/run/sock\n", 0, "an abstract name"},
		{HEAD LISTENS "12\n", 0, "no name"},
		{HEAD LISTENS "-1 /run/sock\n", 0, "no number"},
		{HEAD LISTENS "99999999999999999999 /run/sock\n", 0, "a large number"},
		{HEAD "0: /run/sock\n" LISTENS, 0, "too short"},
		{"", 0, "nothing"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tap_number(socket_inode_parse(cases[i].text, "/run/sock"), cases[i].inode,
			   "%s", cases[i].description);
}

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

/* A process called `name` that has the socket open, or not. Returns when it is so. */
static pid_t server_start(const char *name, int fd, bool keeps)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe(ready) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		if (!keeps)
			close(fd);
		if (write(ready[1], &byte, 1) == 1)
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
	uid_t owner = getuid();
	pid_t other, server;
	int fd;

	tap_ok(socket_server_find(path, "server", owner) == -1, "no socket");
	fd = listen_at(path);
	prctl(PR_SET_NAME, "server");
	tap_number((uint64_t)socket_server_find(path, "server", owner),
		   (uint64_t)getpid(), "who listens");
	tap_number((uint64_t)socket_server_find(path, "server", owner + 1), 0,
		   "another user's is not meant");
	prctl(PR_SET_NAME, "init");
	other = server_start("server", fd, false);
	tap_number((uint64_t)socket_server_find(path, "server", owner), 0,
		   "a younger process of that name, which does not serve it");
	server = server_start("server", fd, true);
	tap_number((uint64_t)socket_server_find(path, "server", owner), (uint64_t)server,
		   "who got the socket from init");
	server_end(server);
	server_end(other);
	close(fd);
	tap_ok(socket_server_find(path, "server", owner) == -1, "nobody listens");
	unlink(path);
}

int main(void)
{
	char folder[] = "/tmp/socket-server.XXXXXX";

	inodes_are_read();
	if (!mkdtemp(folder))
		return 1;
	servers_are_found(folder);
	rmdir(folder);
	return tap_done();
}
