/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner of a batch: the record of a run, and whether the run is still alive.
 */
#ifndef PROVISION_HOST_OWNER_H
#define PROVISION_HOST_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <uuid/uuid.h>

#include "common/error.h"

enum {
	OWNER_TEXT_MAX = 255,	    /* bytes of verb, user and host name */
	OWNER_FILE_MAX = 4096,	    /* bytes of the batch file's path */
	OWNER_SIZE_MAX = 16 * 1024, /* bytes of a record as JSON */
};

/*
 * The record of a run, which every user of the hypervisor can read. A process is
 * identified by its kernel's boot id (/proc/sys/kernel/random/boot_id), PID namespace,
 * PID and start time, so that no other process is taken for it. Owns its strings.
 */
struct owner {
	char token[UUID_STR_LEN]; /* random; identifies the run */
	char *verb, *user, *host, *file;
	char boot_id[UUID_STR_LEN];
	uint64_t pid_namespace; /* inode of /proc/self/ns/pid; 0: unknown */
	/* Inode of /proc/self/ns/time, which shifts start times (time_namespaces(7)); 0:
	 * not known. */
	uint64_t time_namespace;
	pid_t pid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat (proc(5)); 0: unknown */
	int64_t since_s;      /* since 1970 */
	bool renews;	      /* it increments a counter; see owner_lock.h */
};

/* Sets `owner` to this process. */
void owner_self(const char *verb, const char *user, const char *file,
		struct owner *owner);
void owner_free(struct owner *owner);

/* The record as JSON; the caller owns it. */
char *owner_json(const struct owner *owner);

/*
 * Reads what owner_json() wrote, except for the token. The text comes from a hypervisor
 * and is untrusted. On failure `owner` is zeroed.
 */
int owner_parse(const char *text, size_t size, struct owner *owner, struct error *error);

enum owner_life {
	OWNER_HAS_ENDED,
	OWNER_IS_ALIVE,
	OWNER_IS_UNKNOWN, /* a process of another host, boot or PID namespace */
};

/* Whether the process still exists, running or stopped. `self` is this process. */
enum owner_life owner_judge(const struct owner *owner, const struct owner *self);

/* "apply of root on host9, PID 123, since 2026-11-28 04:16:08 UTC (/root/lab.ini)". The
 * caller owns it. */
char *owner_text(const struct owner *owner);

#endif
