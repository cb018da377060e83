/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All hypervisors of a batch: connected to, locked and read. */
#ifndef PROVISION_HOST_HOSTS_H
#define PROVISION_HOST_HOSTS_H

#include "provision/host/host.h"

/* What a run needs of the hypervisors; borrowed. */
struct hosts_job {
	const struct batch *batch;
	unsigned int parts; /* enum facts_part, or-ed */
	/* This run, for which the batch is locked on each hypervisor. NULL: it changes
	 * nothing. */
	const struct owner *owner;
	const struct owner *looker; /* this run, if it looks for others (struct host) */
	/* See struct owner_lock_job. */
	void (*watching)(void *data, const char *hypervisor, const char *owner);
	void *data;
	/* Whether problems of that hypervisor matter; NULL: all do. */
	bool (*is_used)(void *data, const struct batch_hypervisor *config);
};

struct hosts {
	struct hosts_job job;
	size_t count;
	struct host *list; /* one for each hypervisor of the batch, in its order */
	struct host **all; /* the same, NULL-terminated */
	const struct facts **facts; /* of each */
	struct error_list held;	    /* hypervisors not locked, with reasons */
};

/*
 * Opens list[i] with configs[i], see host_open(), several at a time; one after the other
 * those whose opening may ask the user for a password.
 */
void hosts_connect(struct host *list, const struct batch_hypervisor *configs,
		   size_t count);

/* Reads the facts of each that was reached and is not `left_out`, several at a time, see
 * facts_read(); problems of list[i] are added to errors[i]. */
void hosts_read(struct host *list, size_t count, unsigned int parts,
		struct error_list *errors);

/* Frees each (host_free()), but not the list. */
void hosts_close(struct host *list, size_t count);

/*
 * Connects to all hypervisors, locks the batch on them, in their order, if the run
 * changes anything, and then reads the facts; locks apart, several hypervisors take as
 * long as the slowest. A hypervisor that can't be reached is not an error here. Problems
 * of hypervisors that are used are added to `errors`; -1 if there were any. The activity
 * is read for domains that exist on two hypervisors, and capabilities where a machine of
 * the batch does not exist. The caller frees `hosts` in both cases, before the batch.
 */
int hosts_open(const struct hosts_job *job, struct hosts *hosts,
	       struct error_list *errors);
void hosts_free(struct hosts *hosts);

/* The host of that hypervisor of the batch. */
struct host *hosts_find(const struct hosts *hosts, const struct batch_hypervisor *config);

/* Locks another batch for `self`; with NULL, *lock stays NULL. Each lock on a hypervisor
 * needs its own token. */
int hosts_lock(const struct hosts *hosts, const struct host *host,
	       const struct owner *self, const char *batch, struct owner_lock **lock,
	       struct error *error);

#endif
