/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: what all workers share. */
#ifndef PROVISION_MACHINE_RUN_H
#define PROVISION_MACHINE_RUN_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "provision/host/owner_lock.h"

/*
 * For tests: the run sends itself the signal at point number `at`, so that a test can
 * kill (SIGKILL), interrupt (SIGINT) or stop (SIGSTOP) it at any point.
 */
struct run_trap {
	unsigned int at; /* from 1; 0: never */
	int signal;
};

/* What all workers of a run share. */
struct run_state {
	pthread_mutex_t lock; /* of report() and note() */
	atomic_uint points;   /* passed so far */
};

struct run {
	unsigned int wait_s;  /* for a machine's address; 0: do not wait */
	unsigned int workers; /* threads; at least 1 */
	/* The group of job `i`, less than `group_count`; `data` is that of run_each(). Of
	 * each group, at most `group_workers` jobs are worked on at a time. NULL: no
	 * groups.
	 */
	size_t (*group_of)(const void *data, size_t i);
	size_t group_count;
	unsigned int group_workers; /* at least 1 */
	bool update;		    /* change machines that differ, where possible */
	bool hotplug;		    /* with update: also the NIC of a running guest */
	unsigned int graceful_s;    /* for a guest to shut down; 0: stop it immediately */
	/* Set: finish or roll back, then exit. */
	const volatile sig_atomic_t *interrupted;
	/* Reports a step that begins; called by any worker, one at a time. */
	void (*report)(void *data, const char *machine, const char *step);
	/* Reports a note to print at the end of the run; called in the same way. */
	void (*note)(void *data, const char *machine, const char *text);
	void *data;
	struct run_trap trap;
	struct run_state *state;
	const char *token; /* of this run, for the metadata of machines in progress */
	/* A machine is deleted even if a pool is missing or inactive: its volumes there
	 * stay, and are named. */
	bool leaves_volumes;
	/* The NVRAM file stays: the machine may use it on another hypervisor. */
	bool keeps_nvram;
	/* The lock on the job's hypervisor; each job has its own copy of this struct.
	 * NULL: none. */
	struct owner_lock *owner;
	/* Fails once the machine that is worked on is no longer the run's (struct
	 * machine_guard); called by run_change(). NULL: not asked. */
	int (*guard)(void *data, struct error *error);
	void *guard_data;
};

/* Counts a point; there is one before and after every change of a hypervisor. */
void run_point(struct run *run);

/*
 * Counts the point right before a change. Fails if the batch belongs to another run
 * (owner_lock_check()), if run->guard() fails, or if either can't be checked; then
 * nothing may be changed.
 */
int run_change(struct run *run, struct error *error);

/* Calls run->report() under the lock. */
void run_report(struct run *run, const char *machine, const char *step);

/* Calls run->note() under the lock. */
void run_note(struct run *run, const char *machine, const char *text);

/* Fails with "interrupted" if the run was interrupted. */
int run_check(const struct run *run, const char *step, struct error *error);

/* The same, otherwise reports the step; then as run_change(). */
int run_step(struct run *run, const char *machine, const char *step, struct error *error);

/* Calls work(data, i) for each i below `count`, by run->workers threads, in this order as
 * far as groups allow. */
void run_each(struct run *run, size_t count, void (*work)(void *data, size_t i),
	      void *data);

#endif
