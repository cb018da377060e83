/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the libvirt daemon that serves qemu:///system and so runs its hooks, and when it
 * looked for them. */
#define _GNU_SOURCE
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
#include "provision/doctor/socket_server.h"

enum {
	PROC_SIZE_MAX = 4096,
	STAT_START = 22, /* the field's number in /proc/PID/stat */
	CLOCK_TRIES = 20,
	SYSTEMD_TIME_MS = 5000, /* time limit of systemctl */
};

#define RUN	     "/run/libvirt/"
#define UNIT_CHANGED "StateChangeTimestampMonotonic"

/* Who can serve qemu:///system, in the order in which libvirt tries them. Where
 * virtproxyd answers on libvirtd's socket, it passes on to virtqemud. */
static const struct server {
	const char *name, *socket, *socket_ro;
} servers[] = {
	{"virtqemud", RUN "virtqemud-sock", RUN "virtqemud-sock-ro"},
	{"libvirtd", RUN "libvirt-sock", RUN "libvirt-sock-ro"},
};

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

/* A daemon of a container, which has its own hooks, is in other namespaces. Who may not
 * look at it does not know. */
static bool namespace_differs(pid_t pid, const char *kind)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/%d/ns/%s", (int)pid, kind);
	CLEANUP(free_ptr) char *own_path = mem_format("/proc/self/ns/%s", kind);
	struct stat theirs, own;

	return stat(path, &theirs) == 0 && stat(own_path, &own) == 0 &&
	       (theirs.st_ino != own.st_ino || theirs.st_dev != own.st_dev);
}

/* When the process started, in milliseconds since 1970; -1: it has ended. */
static int64_t process_start_ms(pid_t pid)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/%d/stat", (int)pid);
	CLEANUP(buf_free) struct buf text = {0};
	long ticks_per_s = sysconf(_SC_CLK_TCK);
	uint64_t ticks;

	if (file_read(path, PROC_SIZE_MAX, &text, NULL) < 0 ||
	    hook_stat_parse(buf_text(&text), &ticks, NULL) < 0 || ticks_per_s <= 0)
		return -1;
	return since_1970_ms(CLOCK_BOOTTIME) +
	       (int64_t)(ticks * 1000 / (uint64_t)ticks_per_s);
}

/* What systemd knows about a daemon; zeroed if that does not run here. */
struct unit {
	pid_t main_pid;
	int64_t changed_ms; /* since 1970; a start and a reload both change its state */
};

static void unit_read(const char *name, struct unit *unit)
{
	CLEANUP(free_ptr) char *service = mem_format("%s.service", name);
	char *arguments[] = {"systemctl", "show", "--property=MainPID," UNIT_CHANGED,
			     service, NULL};
	CLEANUP(buf_free) struct buf output = {.max_size = PROC_SIZE_MAX};
	CLEANUP(buf_free) struct buf messages = {.max_size = PROC_SIZE_MAX};
	uint64_t changed_us;

	if (access("/run/systemd/system", F_OK) < 0 ||
	    child_run(&(struct child){.path = "/usr/bin/systemctl",
				      .arguments = arguments,
				      .timeout_ms = SYSTEMD_TIME_MS,
				      .output = &output,
				      .messages = &messages},
		      NULL) < 0)
		return;
	unit->main_pid = (pid_t)hook_unit_parse(buf_text(&output), "MainPID");
	changed_us = hook_unit_parse(buf_text(&output), UNIT_CHANGED);
	if (changed_us)
		unit->changed_ms = since_1970_ms(CLOCK_MONOTONIC) +
				   (int64_t)(changed_us / 1000);
}

/* The PID of the daemon that serves `server`, 0 if it is not known, -1 if none does. Who
 * may only look has no access to the first socket. */
static pid_t server_find(const struct server *server, const struct unit *unit)
{
	static const uid_t root = 0;
	pid_t pid = socket_server_pid(server->socket);

	if (pid < 0)
		pid = socket_server_pid(server->socket_ro);
	if (pid < 0 || socket_server_is(pid, server->name, root))
		return pid;
	return socket_server_is(unit->main_pid, server->name, root) ? unit->main_pid : 0;
}

void hook_daemon_find(struct hook_daemon *daemon)
{
	for (size_t i = 0; i < ARRAY_LENGTH(servers) && !daemon->name; i++) {
		struct unit unit = {0};
		int64_t start_ms;
		pid_t pid;

		unit_read(servers[i].name, &unit);
		pid = server_find(&servers[i], &unit);
		if (pid <= 0 || namespace_differs(pid, "pid") ||
		    namespace_differs(pid, "mnt") ||
		    (start_ms = process_start_ms(pid)) < 0)
			continue;
		daemon->name = servers[i].name;
		daemon->managed = unit.main_pid == pid && unit.changed_ms;
		daemon->loaded_ms = start_ms;
		if (daemon->managed && unit.changed_ms > start_ms)
			daemon->loaded_ms = unit.changed_ms;
	}
}
