/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who works on a batch: what a run says about itself, and whether that run still lives.
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
 * A run's record, all of it plain text on the hypervisor that everybody there can read.
 * A process is named by the boot of its kernel (/proc/sys/kernel/random/boot_id), its PID
 * namespace, its PID and its start time, so that no other is taken for it. Owns its
 * strings.
 */
struct owner {
	char token[UUID_STR_LEN]; /* random; names the run */
	char *verb, *user, *host, *file;
	char boot_id[UUID_STR_LEN];
	uint64_t pid_namespace; /* inode of /proc/self/ns/pid; 0: not known */
	pid_t pid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat (proc(5)); 0: not known */
	int64_t since_s;      /* since 1970 */
	bool renews;	      /* it moves a counter; see owner_lock.h */
};

/* This process, now. */
void owner_self(const char *verb, const char *user, const char *file,
		struct owner *owner);
void owner_free(struct owner *owner);

/* The record as JSON; the caller owns it. */
char *owner_json(const struct owner *owner);

/*
 * Reads what owner_json() wrote, except for the token. It comes from a hypervisor and may
 * be anything; fails on what is no such record, and leaves `owner` zeroed then.
 */
int owner_parse(const char *text, size_t size, struct owner *owner, struct error *error);

enum owner_life {
	OWNER_HAS_ENDED,
	OWNER_IS_ALIVE,
	OWNER_IS_UNKNOWN, /* a process of another host, boot or PID namespace */
};

/* Whether the process still exists; one that is stopped does. `self` is this process. */
enum owner_life owner_judge(const struct owner *owner, const struct owner *self);

/* "apply of root on host9, PID 123, since 2026-11-28 04:16:08 UTC (/root/lab.ini)". The
 * caller owns it. */
char *owner_text(const struct owner *owner);

#endif
