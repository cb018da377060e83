/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: what the work on each machine shares. */
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
 * For tests alone, and harmless elsewhere: at its point number `at` the run gets the
 * signal, so that a test can end it (SIGKILL), interrupt it (SIGINT) or hold it while the
 * hypervisor changes (SIGSTOP) anywhere.
 */
struct run_trap {
	unsigned int at; /* from 1; 0: never */
	int signal;
};

/* What all workers of a run share. */
struct run_state {
	pthread_mutex_t lock; /* of report() and note() */
	atomic_uint points;   /* that were passed */
};

struct run {
	unsigned int wait_s;  /* for a machine's address; 0: do not wait */
	unsigned int workers; /* threads; at least 1 */
	/* Of each group no more than `group_workers` jobs are worked on at a time; with
	 * NULL there are no groups. `data` is run_each()'s, the answer below
	 * `group_count`.
	 */
	size_t (*group_of)(const void *data, size_t i);
	size_t group_count;
	unsigned int group_workers; /* at least 1 */
	bool update;		    /* change machines that differ, where that can be */
	unsigned int graceful_s;    /* for a guest to stop by itself; 0: at once */
	const volatile sig_atomic_t *interrupted; /* set: finish or roll back, then end */
	/* Tells what is begun on a machine; called by any worker, one at a time. */
	void (*report)(void *data, const char *machine, const char *step);
	/* Tells what is to be known when the run is over; the same way. */
	void (*note)(void *data, const char *machine, const char *text);
	void *data;
	struct run_trap trap;
	struct run_state *state;
	const char *token; /* of this run, in the metadata of what it is making */
	/* Of the hypervisor that is worked on: each job has a copy of its own. NULL:
	 * none. */
	struct owner_lock *owner;
};

/* Counts a point, one of those before and after everything that changes a hypervisor. */
void run_point(struct run *run);

/*
 * The same point, right before a change. Fails once the batch belongs to another run, or
 * when nobody knows (owner_lock_check()); then nothing may be changed.
 */
int run_change(struct run *run, struct error *error);

/* Calls run->report() under the lock. */
void run_report(struct run *run, const char *machine, const char *step);

/* Calls run->note() under the lock. */
void run_note(struct run *run, const char *machine, const char *text);

/* Fails with "interrupted" once the run is to end. */
int run_check(const struct run *run, const char *step, struct error *error);

/* The same, else reports the step; then as run_change(). */
int run_step(struct run *run, const char *machine, const char *step, struct error *error);

/* work(data, i) for each i below `count`, by run->workers threads, in this order as far
 * as groups allow. */
void run_each(struct run *run, size_t count, void (*work)(void *data, size_t i),
	      void *data);

#endif
