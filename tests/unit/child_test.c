/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running other programs with limits. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/child.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "tests/unit/tap.h"

enum { LONG_MS = 20 * 1000, SHORT_MS = 300, OUTPUT_MAX = 1000 };

/* What `sh -c script` prints, or why it failed. */
static void shell(const char *script, unsigned int timeout_ms, const char *expected,
		  const char *description)
{
	char *arguments[] = {"sh", "-c", (char *)script, NULL};
	CLEANUP(buf_free) struct buf output = {.max_size = OUTPUT_MAX};
	CLEANUP(buf_free) struct buf messages = {.max_size = OUTPUT_MAX};
	CLEANUP(error_free) struct error error = {0};
	const struct child child = {.path = "/bin/sh",
				    .arguments = arguments,
				    .timeout_ms = timeout_ms,
				    .output = &output,
				    .messages = &messages};

	if (child_run(&child, &error) < 0) {
		tap_string(error_text(&error), expected, "%s", description);
		return;
	}
	buf_format(&output, "|%s", buf_text(&messages));
	tap_string(buf_text(&output), expected, "%s", description);
}

/* The pipe stays open as long as any of them lives. */
static void group_is_killed(void)
{
	char *arguments[] = {"sh", "-c", "sleep 1000 >/dev/null & exit 0", NULL};
	CLEANUP(buf_free) struct buf output = {.max_size = OUTPUT_MAX};
	const struct child child = {.path = "/bin/sh",
				    .arguments = arguments,
				    .timeout_ms = LONG_MS,
				    .output = &output};
	struct pollfd end = {.events = POLLIN};
	int ends[2];

	if (!tap_ok(pipe(ends) == 0 && child_run(&child, NULL) == 0,
		    "a child that leaves another behind"))
		return;
	close(ends[1]);
	end.fd = ends[0];
	tap_ok(poll(&end, 1, LONG_MS) == 1 && end.revents & POLLHUP, "takes it along");
	close(ends[0]);
}

static void paths_are_not_searched(void)
{
	char *arguments[] = {"true", NULL};
	CLEANUP(buf_free) struct buf output = {0};
	CLEANUP(error_free) struct error error = {0};
	const struct child child = {.path = "no-such-program",
				    .arguments = arguments,
				    .timeout_ms = LONG_MS,
				    .output = &output};

	tap_ok(child_run(&child, &error) < 0, "what is not there can't be run");
	tap_string(error_text(&error), "no-such-program: No such file or directory",
		   "which is said");
}

static void take(int number)
{
	(void)number;
}

/* A signal interrupts what waits; the limit stays. */
static void signals_come(void)
{
	struct itimerval often = {.it_value.tv_usec = 50 * 1000,
				  .it_interval.tv_usec = 50 * 1000},
			 never = {0};
	struct sigaction action = {.sa_handler = take};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	shell("exec >&- 2>&-; exec sleep 1000", SHORT_MS, "no end after 0.3 s",
	      "no end, and signals");
	shell("sleep 0.2; echo out", LONG_MS, "out\n|", "an end, and signals");
	setitimer(ITIMER_REAL, &never, NULL);
}

/* What is ignored or blocked here is neither there. */
static void signals_are_default(void)
{
	sigset_t some;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigprocmask(SIG_BLOCK, &some, NULL);
	shell("kill -PIPE $$; echo ignored", LONG_MS, "ended by signal 13",
	      "SIGPIPE is not ignored");
	shell("kill -TERM $$; echo blocked", LONG_MS, "ended by signal 15",
	      "SIGTERM is not blocked");
}

/* A child that is in another group than its own, as this one is when called again. */
static void other_group_is_killed(void)
{
	char *arguments[] = {"child_test", "leave", NULL};
	CLEANUP(buf_free) struct buf output = {.max_size = OUTPUT_MAX};
	CLEANUP(error_free) struct error error = {0};
	const struct child child = {.path = "/proc/self/exe",
				    .arguments = arguments,
				    .timeout_ms = SHORT_MS,
				    .output = &output};

	tap_ok(child_run(&child, &error) < 0, "a child that leaves its group has no end");
	tap_string(error_text(&error), "no end after 0.3 s", "and is not waited for");
	tap_string(buf_text(&output), "left\n", "though it left");
}

static int group_leave(void)
{
	if (setpgid(0, getpgid(getppid())) == 0)
		dprintf(STDOUT_FILENO, "left\n");
	poll(NULL, 0, 2 * LONG_MS);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t begin = clock_ms();

	(void)argv;
	if (argc > 1)
		return group_leave();

	shell("echo out; echo err >&2", LONG_MS, "out\n|err\n", "both outputs");
	shell("cat", LONG_MS, "|", "nothing on standard input");
	shell("exit 3", LONG_MS, "exit status 3", "another status than 0");
	shell("kill -SEGV $$", LONG_MS, "ended by signal 11", "a signal");
	shell("exec sleep 1000", SHORT_MS, "no end after 0.3 s", "no end");
	shell("exec >&- 2>&-; sleep 1000", SHORT_MS, "no end after 0.3 s",
	      "no end, though no output either");
	shell("sleep 1000 & exit 0", SHORT_MS, "no end after 0.3 s",
	      "an end, but not of its output");
	shell("while :; do echo x; done", LONG_MS, "prints more than 1000 bytes",
	      "too much output");
	shell("while :; do echo x >&2; done", LONG_MS, "prints more than 1000 bytes",
	      "too many messages");
	group_is_killed();
	other_group_is_killed();
	paths_are_not_searched();
	signals_come();
	signals_are_default();
	tap_ok(clock_ms() - begin < LONG_MS, "nobody was waited for in vain");
	return tap_done();
}
