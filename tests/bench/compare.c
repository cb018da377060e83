/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times two programs, whole processes, in turn: compare RUNS INPUT A... -- B... prints
 * the median of each in microseconds, tab-separated. Both get INPUT as standard input. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/mem.h"
#include "common/num.h"

extern char **environ;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* hyperfine's way, without its shell; 1.15 can't give an input. */
static uint64_t run(char **command, const char *input)
{
	posix_spawn_file_actions_t actions;
	uint64_t start_ns;
	pid_t child;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY,
					 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY,
					 0);
	start_ns = now_ns();
	errno = posix_spawn(&child, command[0], &actions, NULL, command, environ);
	if (errno)
		err(3, "%s", command[0]);
	if (waitpid(child, &status, 0) < 0)
		err(3, "waitpid");
	if (status)
		errx(3, "%s: failed with wait status %d", command[0], status);
	posix_spawn_file_actions_destroy(&actions);
	return now_ns() - start_ns;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	char **second = argv + 3;
	uint64_t runs, *times[2];

	while (*second && strcmp(*second, "--"))
		second++;
	if (argc < 6 || !*second || !second[1] ||
	    num_parse(argv[1], 1, 1000000, &runs, NULL) < 0)
		errx(2, "usage: compare RUNS INPUT A... -- B...");
	*second++ = NULL;
	for (int i = 0; i < 2; i++)
		times[i] = mem_zero(runs, sizeof(*times[i]));
	for (int warm_up = 0; warm_up < 3; warm_up++) {
		run(argv + 3, argv[2]);
		run(second, argv[2]);
	}
	for (uint64_t i = 0; i < runs; i++) {
		times[0][i] = run(argv + 3, argv[2]);
		times[1][i] = run(second, argv[2]);
	}
	for (int i = 0; i < 2; i++) {
		qsort(times[i], runs, sizeof(*times[i]), compare);
		printf("%.0f%c", (double)times[i][runs / 2] / 1000, i ? '\n' : '\t');
		free(times[i]);
	}
	return 0;
}
