/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What signals do to a program, by programs that get some. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/child.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/interrupt.h"
#include "tests/unit/tap.h"

enum { LIMIT_MS = 300, LONG_MS = 20 * 1000 };

/* Says it on standard output. */
static void print_line(void *data, const char *text)
{
	(void)data;
	dprintf(STDOUT_FILENO, "%s\n", text);
}

/* Runs the program with its output in a pipe, until nobody has that any more. */
static int program_run(void (*program)(void), struct buf *output)
{
	int ends[2], status = -1;
	pid_t pid;

	if (pipe(ends) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(LONG_MS / 1000);
		program();
		_exit(0);
	}
	close(ends[1]);
	file_read_fd(ends[0], 1 << 16, output, NULL);
	close(ends[0]);
	waitpid(pid, &status, 0);
	return status;
}

/* Its end (a signal, or 0), and what it says. */
static void ends(void (*program)(void), int number, const char *says,
		 const char *description)
{
	CLEANUP(buf_free) struct buf output = {0};
	int status = program_run(program, &output);

	tap_number((uint64_t)(WIFSIGNALED(status) ? WTERMSIG(status)
						  : 1000 + WEXITSTATUS(status)),
		   (uint64_t)(number ? number : 1000), "%s", description);
	tap_string(buf_text(&output), says, "%s: what it says", description);
}

static void ignored(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGINT, SIG_IGN);
	interrupt_begin(print_line, NULL);
	raise(SIGINT);
}

static void hup_ignored(void)
{
	signal(SIGHUP, SIG_IGN);
	interrupt_begin(print_line, NULL);
	raise(SIGHUP);
	interrupt_hold();
	raise(SIGHUP);
	interrupt_let_go();
}

static void defer(unsigned int limit_ms, const char *what)
{
	interrupt_begin(print_line, NULL);
	if (what)
		interrupt_undo_begin(what, NULL);
	if (interrupt_defer(limit_ms, NULL) < 0)
		_exit(2);
}

static void rolled_back(void)
{
	struct pollfd wait = {.events = POLLIN};

	defer(LONG_MS, "web-1");
	wait.fd = interrupt_fd();
	if (interrupt_came() || poll(&wait, 1, 0) != 0)
		_exit(3);
	raise(SIGINT);
	if (!interrupt_came() || !*interrupt_flag() || poll(&wait, 1, 0) != 1)
		_exit(4);
	/* The watcher has begun to look when it says so. */
	poll(NULL, 0, LIMIT_MS);
	interrupt_undo_end("web-1");
	print_line(NULL, "rolled back");
	interrupt_end();
}

static void not_interrupted(void)
{
	defer(LONG_MS, "web-1");
	interrupt_undo_end("web-1");
	interrupt_end();
}

static void over_time(void)
{
	defer(LIMIT_MS, "web-1");
	interrupt_undo_begin("web-2", NULL);
	raise(SIGTERM);
	poll(NULL, 0, LONG_MS);
	poll(NULL, 0, LONG_MS);
}

static void nothing_to_undo(void)
{
	defer(LONG_MS, NULL);
	raise(SIGTERM);
	/* It is only begun after the signal. */
	interrupt_undo_begin("web-1", NULL);
	poll(NULL, 0, LONG_MS);
	poll(NULL, 0, LONG_MS);
}

static void print_byte(void *data, const char *text)
{
	if (write(*(int *)data, text, 1) != 1)
		_exit(5);
}

static void second_signal(void)
{
	defer(LONG_MS, NULL);
	raise(SIGINT);
	raise(SIGINT); /* as timeout(1) does */
	poll(NULL, 0, 2 * INTERRUPT_TWICE_MS);
	print_line(NULL, "one");
	raise(SIGTERM);
	print_line(NULL, "two");
}

/* As soon as it says that another one ends it, another one does. */
static void second_when_printed(void)
{
	int ends[2];
	char byte;

	if (pipe(ends) < 0)
		_exit(3);
	defer(LONG_MS, "web-1");
	interrupt_print_set(print_byte, &ends[1]);
	raise(SIGINT);
	if (read(ends[0], &byte, 1) != 1)
		_exit(4);
	raise(SIGINT);
	print_line(NULL, "two");
}

static void held(void)
{
	interrupt_begin(print_line, NULL);
	interrupt_hold();
	raise(SIGTERM);
	print_line(NULL, "held");
	interrupt_let_go();
}

static void let_go(void)
{
	struct sigaction action;

	interrupt_begin(print_line, NULL);
	interrupt_hold();
	interrupt_let_go();
	sigaction(SIGTERM, NULL, &action);
	if (action.sa_handler != SIG_DFL)
		_exit(2);
}

/* Its child and that one's child keep the pipe open as long as they live. */
static void has_children(void)
{
	char *arguments[] = {"sh", "-c", "sleep 1000 & kill -TERM $PPID; wait", NULL};
	struct buf output = {0};

	interrupt_begin(print_line, NULL);
	child_run(&(struct child){.path = "/bin/sh",
				  .arguments = arguments,
				  .timeout_ms = LONG_MS,
				  .output = &output},
		  NULL);
	print_line(NULL, "still here");
}

int main(void)
{
	uint64_t begin = clock_ms();

	ends(ignored, SIGINT, "", "a signal that was ignored and blocked");
	ends(hup_ignored, 0, "", "a hangup that was ignored");
	ends(rolled_back, SIGINT,
	     "interrupted: rolls back or finishes web-1, and ends within 20 s; another "
	     "signal ends it immediately\nrolled back\n",
	     "what rolls back");
	ends(not_interrupted, 0, "", "no signal");
	ends(over_time, SIGTERM,
	     "interrupted: rolls back or finishes web-1, web-2, and ends within 0 s; "
	     "another signal ends it immediately\n"
	     "interrupted: not finished after 0 s, left to the next run: web-1, web-2\n",
	     "what does not end");
	ends(nothing_to_undo, SIGTERM, "", "nothing to undo");
	ends(second_signal, SIGTERM, "one\n", "a second signal");
	ends(second_when_printed, SIGINT, "", "a second signal right after the message");
	ends(held, SIGTERM, "held\n", "a signal held back");
	ends(let_go, 0, "", "no signal held back");
	ends(has_children, SIGTERM, "", "a program with children");
	tap_ok(clock_ms() - begin < LONG_MS, "nothing was waited for without effect");
	return tap_done();
}
