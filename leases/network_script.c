/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vmango's network script: what hands out addresses where libvirt does not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/mem.h"
#include "leases/network_script.h"

struct variables {
	ARRAY(char *) items; /* owned */
};

static void variables_free(struct variables *variables)
{
	array_foreach(item, &variables->items)
		free(*item);
	free(variables->items.items);
}

/* Our own environment without what speaks of some machine, then this machine's. */
static struct variables variables_make(const struct network_script_machine *machine)
{
	struct variables variables = {0};
	char mac[MAC_TEXT_MAX];
	const struct {
		const char *name, *value;
	} own[] = {
		{"VMANGO_MACHINE_NAME", machine->name},
		{"VMANGO_MACHINE_ID", machine->id},
		{"VMANGO_MACHINE_HWADDR", mac_format(machine->mac, mac)},
		{"VMANGO_MACHINE_PLAN", machine->plan},
		{"VMANGO_NETWORK_NAME", machine->network},
	};

	for (char **item = environ; *item; item++) {
		if (strncmp(*item, "VMANGO_", strlen("VMANGO_")))
			*array_add(&variables.items) = mem_string(*item);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(own); i++)
		*array_add(&variables.items) = mem_format(
			"%s=%s", own[i].name, own[i].value ? own[i].value : "");
	if (machine->address)
		*array_add(&variables.items) = mem_format("VMANGO_MACHINE_IP=%s",
							  machine->address);
	*array_add(&variables.items) = NULL;
	return variables;
}

/* Starts it as the leader of a process group, with its output in a pipe. */
static int script_start(const char *script, const char *action,
			const struct variables *variables, pid_t *pid, int *output,
			struct error *error)
{
	char *arguments[] = {(char *)script, (char *)action, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int ends[2], failure;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(error, "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY,
					 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	failure = posix_spawn(pid, script, &actions, &attributes, arguments,
			      variables->items.items);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (failure) {
		close(ends[0]);
		errno = failure;
		return error_errno(error, "%s", script);
	}
	*output = ends[0];
	return 0;
}

/* Until all who could write have closed it. */
static int output_read(int fd, uint64_t deadline_ms, struct buf *text,
		       struct error *error)
{
	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		char chunk[4096];
		ssize_t got;

		if (poll(&wait, 1, clock_left_ms(deadline_ms)) == 0)
			return error_set(error, "no end after %d s",
					 NETWORK_SCRIPT_TIMEOUT_MS / 1000);
		got = read(fd, chunk, sizeof(chunk));
		if (got == 0)
			return 0;
		if (got < 0 && errno != EINTR)
			return error_errno(error, "can't read");
		if (got > 0)
			buf_add(text, chunk, (size_t)got);
		if (text->overflowed)
			return error_set(error, "prints more than %d bytes",
					 NETWORK_SCRIPT_OUTPUT_MAX);
	}
}

static int exit_wait(pid_t pid, uint64_t deadline_ms, struct error *error)
{
	CLEANUP(close_fd) int fd = pidfd_open(pid, 0);
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	siginfo_t end = {0};

	if (fd >= 0 && poll(&wait, 1, clock_left_ms(deadline_ms)) == 0)
		return error_set(error, "no end after %d s",
				 NETWORK_SCRIPT_TIMEOUT_MS / 1000);
	if (waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) < 0)
		return error_errno(error, "can't wait");
	if (end.si_code != CLD_EXITED)
		return error_set(error, "ended by signal %d", end.si_status);
	if (end.si_status)
		return error_set(error, "exit status %d", end.si_status);
	return 0;
}

int network_script_run(const char *script, const char *action,
		       const struct network_script_machine *machine, struct buf *text,
		       struct error *error)
{
	CLEANUP(variables_free) struct variables variables = variables_make(machine);
	uint64_t deadline_ms = clock_ms() + NETWORK_SCRIPT_TIMEOUT_MS;
	CLEANUP(close_fd) int output = -1;
	pid_t pid;
	int status;

	if (script_start(script, action, &variables, &pid, &output, error) < 0)
		return -1;
	status = output_read(output, deadline_ms, text, error);
	if (status == 0)
		status = exit_wait(pid, deadline_ms, error);
	/* Not reaped yet, so the number is still its own. */
	kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return status;
}
