/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs another program, without a shell, with limits on its time and output. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/child.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/interrupt.h"
#include "common/mem.h"

/* How often to check for the exit on kernels without pidfd_open(2) (before Linux 5.3). */
enum { LOOK_MS = 10 };

/* A running child. */
struct running {
	const struct child *child;
	uint64_t deadline_ms;
	pid_t pid;
	int output, messages; /* -1: none, or closed at end of file */
};

static int pipe_make(int *reader, int *writer, struct error *error)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(error, "pipe");
	*reader = ends[0];
	*writer = ends[1];
	return 0;
}

/* A process group of its own, and no ignored or blocked signals. */
static void attributes_init(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(attributes);
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
						     POSIX_SPAWN_SETSIGDEF |
						     POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
}

static int spawn(struct running *running, int output, int messages, struct error *error)
{
	const struct child *child = running->child;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int failure;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY,
					 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (messages >= 0)
		posix_spawn_file_actions_adddup2(&actions, messages, STDERR_FILENO);
	attributes_init(&attributes);
	interrupt_hold();
	failure = posix_spawn(&running->pid, child->path, &actions, &attributes,
			      child->arguments,
			      child->environment ? child->environment : environ);
	if (!failure)
		interrupt_group_add(running->pid);
	interrupt_let_go();
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (!failure)
		return 0;
	errno = failure;
	return error_errno(error, "%s", child->path);
}

static int start(struct running *running, struct error *error)
{
	CLEANUP(close_fd) int output = -1;
	CLEANUP(close_fd) int messages = -1;

	if (pipe_make(&running->output, &output, error) < 0 ||
	    (running->child->messages &&
	     pipe_make(&running->messages, &messages, error) < 0))
		return -1;
	return spawn(running, output, messages, error);
}

static int late(const struct running *running, struct error *error)
{
	return error_set(error, "no end after %g s", running->child->timeout_ms / 1e3);
}

/* Reads what is available; closes the descriptor at end of file. */
static int stream_read(int *fd, struct buf *text, struct error *error)
{
	char chunk[4096];
	ssize_t got = read(*fd, chunk, sizeof(chunk));

	if (got < 0)
		return errno == EINTR ? 0 : error_errno(error, "can't read");
	if (got == 0) {
		close(*fd);
		*fd = -1;
	}
	buf_add(text, chunk, (size_t)got);
	if (text->overflowed)
		return error_set(error, "prints more than %zu bytes", text->max_size);
	return 0;
}

/* Until all processes that can write have closed both. */
static int streams_read(struct running *running, struct error *error)
{
	while (running->output >= 0 || running->messages >= 0) {
		struct pollfd wait[] = {{.fd = running->output, .events = POLLIN},
					{.fd = running->messages, .events = POLLIN}};
		int left_ms = clock_left_ms(running->deadline_ms);

		if (!left_ms)
			return late(running, error);
		if (poll(wait, ARRAY_LENGTH(wait), left_ms) <= 0)
			continue;
		if (wait[0].revents &&
		    stream_read(&running->output, running->child->output, error) < 0)
			return -1;
		if (wait[1].revents &&
		    stream_read(&running->messages, running->child->messages, error) < 0)
			return -1;
	}
	return 0;
}

/* EINTR only starts another round. */
static int end_wait(const struct running *running, struct error *error)
{
	CLEANUP(close_fd) int fd = pidfd_open(running->pid, 0);
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	siginfo_t end = {0};

	for (;;) {
		int left_ms = clock_left_ms(running->deadline_ms);

		if (waitid(P_PID, (id_t)running->pid, &end, WEXITED | WNOWAIT | WNOHANG) <
		    0)
			return error_errno(error, "can't wait");
		if (end.si_pid)
			break;
		if (!left_ms)
			return late(running, error);
		poll(&wait, 1, fd < 0 && left_ms > LOOK_MS ? LOOK_MS : left_ms);
	}
	if (end.si_code != CLD_EXITED)
		return error_set(error, "ended by signal %d", end.si_status);
	if (end.si_status)
		return error_set(error, "exit status %d", end.si_status);
	return 0;
}

/*
 * Kills the rest of the group, and the child itself, which may have changed its group. It
 * is not reaped yet, so its process ID is still valid. A program of another user that
 * can't be killed (sudo) is not waited for.
 */
static void group_end(const struct running *running)
{
	bool is_ours;

	kill(-running->pid, SIGKILL);
	is_ours = kill(running->pid, SIGKILL) == 0;
	interrupt_group_remove(running->pid);
	while (waitpid(running->pid, NULL, is_ours ? 0 : WNOHANG) < 0 && errno == EINTR)
		;
}

int child_run(const struct child *child, struct error *error)
{
	struct running running = {.child = child,
				  .deadline_ms = clock_ms() + child->timeout_ms,
				  .output = -1,
				  .messages = -1};
	int status = start(&running, error);

	if (status == 0) {
		status = streams_read(&running, error);
		if (status == 0)
			status = end_wait(&running, error);
		group_end(&running);
	}
	close_fd(&running.output);
	close_fd(&running.messages);
	return status;
}
