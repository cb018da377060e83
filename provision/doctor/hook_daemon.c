/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the libvirt daemon that runs hooks on this machine, and when it looked for
 * them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/child.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/num.h"
#include "provision/doctor/hook_daemon.h"

enum {
	PROC_SIZE_MAX = 4096,
	STAT_START = 22, /* the field's number in /proc/PID/stat */
	CLOCK_TRIES = 20,
	SYSTEMD_TIME_MS = 5000, /* time limit of systemctl */
};

#define UNIT_CHANGED "StateChangeTimestampMonotonic"

DEFINE_CLEANUP(DIR *, closedir)

int hook_stat_parse(const char *text, uint64_t *start_ticks, struct error *error)
{
	/* The second field is the program's name, which may contain any character. */
	const char *at = strrchr(text, ')');
	CLEANUP(free_ptr) char *number = NULL;

	for (int field = 2; at && field < STAT_START; field++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return error_set(error, "has no field %d", STAT_START);
	number = mem_substring(at, strcspn(at, " \n"));
	return num_parse(number, 0, INT64_MAX / 1000, start_ticks, error);
}

uint64_t hook_unit_parse(const char *text, const char *name)
{
	size_t size = strlen(name);
	uint64_t value = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		CLEANUP(free_ptr) char *number = NULL;

		if (strncmp(text, name, size) || text[size] != '=')
			continue;
		number = mem_substring(text + size + 1, strcspn(text + size + 1, "\n"));
		num_parse(number, 0, INT64_MAX, &value, NULL);
	}
	return value;
}

static int64_t now_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The difference between a time of `clock` and the time since 1970. The time between
 * reading the two clocks is an error of the difference; when it is long, they are read
 * again. */
static int64_t since_1970_ms(clockid_t clock)
{
	int64_t before, difference, after;
	unsigned int tries = 0;

	do {
		before = now_ms(CLOCK_REALTIME);
		difference = before - now_ms(clock);
		after = now_ms(CLOCK_REALTIME);
	} while (after - before > 1 && ++tries < CLOCK_TRIES);
	return difference;
}

/* The daemon of a container, which has its own hooks, is in other namespaces. */
static bool namespace_is_ours(const char *pid, const char *kind)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/%s/ns/%s", pid, kind);
	CLEANUP(free_ptr) char *own_path = mem_format("/proc/self/ns/%s", kind);
	struct stat theirs, own;

	return stat(path, &theirs) == 0 && stat(own_path, &own) == 0 &&
	       theirs.st_ino == own.st_ino && theirs.st_dev == own.st_dev;
}

static const char *daemon_name(const char *pid)
{
	static const char *const names[] = {"libvirtd", "virtqemud"};
	CLEANUP(free_ptr) char *path = mem_format("/proc/%s/comm", pid);
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read(path, PROC_SIZE_MAX, &text, NULL) < 0 || !text.size)
		return NULL;
	text.data[strcspn(text.data, "\n")] = '\0';
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (!strcmp(text.data, names[i]))
			return names[i];
	return NULL;
}

/* When the process started, in milliseconds since 1970; -1: it has ended. */
static int64_t process_start_ms(const char *pid)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/%s/stat", pid);
	CLEANUP(buf_free) struct buf text = {0};
	long ticks_per_s = sysconf(_SC_CLK_TCK);
	uint64_t ticks;

	if (file_read(path, PROC_SIZE_MAX, &text, NULL) < 0 ||
	    hook_stat_parse(buf_text(&text), &ticks, NULL) < 0 || ticks_per_s <= 0)
		return -1;
	return since_1970_ms(CLOCK_BOOTTIME) +
	       (int64_t)(ticks * 1000 / (uint64_t)ticks_per_s);
}

/* A start and a reload both change the state of the unit. Ignores a unit whose main
 * process is not the daemon. */
static void unit_ask(struct hook_daemon *daemon, uint64_t pid)
{
	CLEANUP(free_ptr) char *unit = mem_format("%s.service", daemon->name);
	char *arguments[] = {"systemctl", "show", "--property=MainPID," UNIT_CHANGED,
			     unit, NULL};
	CLEANUP(buf_free) struct buf output = {.max_size = PROC_SIZE_MAX};
	CLEANUP(buf_free) struct buf messages = {.max_size = PROC_SIZE_MAX};
	uint64_t changed_us;
	int64_t changed_ms;

	if (access("/run/systemd/system", F_OK) < 0 ||
	    child_run(&(struct child){.path = "/usr/bin/systemctl",
				      .arguments = arguments,
				      .timeout_ms = SYSTEMD_TIME_MS,
				      .output = &output,
				      .messages = &messages},
		      NULL) < 0)
		return;
	changed_us = hook_unit_parse(buf_text(&output), UNIT_CHANGED);
	if (!changed_us || hook_unit_parse(buf_text(&output), "MainPID") != pid)
		return;
	changed_ms = since_1970_ms(CLOCK_MONOTONIC) + (int64_t)(changed_us / 1000);
	daemon->managed = true;
	if (changed_ms > daemon->loaded_ms)
		daemon->loaded_ms = changed_ms;
}

void hook_daemon_find(struct hook_daemon *daemon)
{
	CLEANUP(closedir_ptr) DIR *processes = opendir("/proc");
	struct dirent *entry;
	uint64_t pid = 0;

	while (processes && (entry = readdir(processes))) {
		const char *number = entry->d_name, *name;
		int64_t start_ms;
		uint64_t found;

		if (num_parse(number, 1, INT32_MAX, &found, NULL) < 0 ||
		    !(name = daemon_name(number)) || !namespace_is_ours(number, "pid") ||
		    !namespace_is_ours(number, "mnt"))
			continue;
		start_ms = process_start_ms(number);
		if (start_ms > daemon->loaded_ms) {
			daemon->name = name;
			daemon->loaded_ms = start_ms;
			pid = found;
		}
	}
	if (daemon->name)
		unit_ask(daemon, pid);
}
