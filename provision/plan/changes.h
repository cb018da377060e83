/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what is to be done about each machine of a batch, decided before anything is.
 */
#ifndef PROVISION_PLAN_CHANGES_H
#define PROVISION_PLAN_CHANGES_H

#include <stdbool.h>
#include <uuid/uuid.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/batch/batch.h"
#include "provision/host/host.h"
#include "provision/plan/machine_diff.h"
#include "provision/plan/placement.h"
#include "provision/plan/plan_filter.h"
#include "provision/host/storage_pool.h"

enum change_action {
	ACTION_CREATE,
	ACTION_RESUME, /* a run was interrupted: roll it back, then create it */
	ACTION_CHANGE, /* it is there and complete, but not as the batch wants it */
	ACTION_START,  /* it is as wanted, but does not run */
	ACTION_KEEP,
	ACTION_CLEAN,	 /* it is to be kept, and what it left elsewhere to be removed */
	ACTION_UNLISTED, /* it is of the batch, which no longer has it: it stays */
	ACTION_DELETE,	 /* the same, and it goes; or any that a destroy deletes */
	ACTION_ABSENT,	 /* a destroy has nothing to delete */
	ACTION_ADOPT,	 /* of others: only its metadata change */
	ACTION_FAIL,	 /* its hypervisor can't be reached */
};

/* A hypervisor that a machine was migrated away from, and its domain there. */
struct plan_left {
	struct host *host;
	const struct host_domain *domain;
};

struct change {
	const char *name;
	const struct batch_machine *machine; /* NULL: the batch no longer has it */
	const char *batch, *creator;	     /* borrowed */
	const char *token;		     /* of this run; NULL: it changes nothing */
	const char *batch_file; /* the same; NULL: not known, or metadata can't hold it */
	struct host *host;	/* NULL when none of several will do */
	char *placement;	/* why it goes there; NULL: no choice */
	enum change_action action;
	struct machine_diff diff;	  /* with ACTION_CHANGE */
	const struct host_domain *domain; /* NULL: not there */
	/* What it is, or will be, made of; NULL: no longer in the pool. */
	const struct host_image *image;
	enum storage_clone clone;
	const char *arch;
	const char *domain_type; /* of a machine that is to be made, else NULL */
	char uuid[UUID_STR_LEN];
	uint8_t mac[MAC_SIZE];
	char *hash;		   /* of the input that the machine is created from */
	char *reason;		   /* with ACTION_FAIL, _UNLISTED, _RESUME, or NULL */
	struct metadata *adopted;  /* with ACTION_ADOPT: what its metadata are to be */
	struct owner_lock *former; /* of the batch that it is taken from; NULL: none */
	ARRAY(struct plan_left) left;
};

struct plan_host {
	struct host host;
	struct error unreachable;    /* with host.connection NULL */
	struct placement_host space; /* what is left of it in this plan */
};

struct changes {
	const struct batch *batch;
	/* Borrowed; set by the caller before plan_survey(). */
	const char *creator;		  /* of machines, for Vmango; NULL: not known */
	const struct plan_filter *filter; /* NULL: all */
	/* This run; the batch is locked on each hypervisor in its name. NULL: the verb
	 * changes nothing. */
	const struct owner *owner;
	/* See struct owner_lock_job. */
	void (*watching)(void *data, const char *hypervisor, const char *owner);
	void *watching_data;
	struct error_list held; /* hypervisors that could not be locked, with reasons */
	bool unlisted; /* machines that the batch no longer has are items as well */
	bool prune;    /* they are to go, unless they are protected */
	bool adopts;   /* machines of Vmango and of other batches count as there */
	/* Names of hypervisors that are not waited for: what was there is lost. */
	const char *const *lost;
	size_t lost_count;
	struct plan_host *hosts; /* one for each hypervisor of the batch, in its order */
	struct host **all_hosts; /* the same, ended by NULL */
	/* One for each machine meant, in the batch's order, then those that it no longer
	 * has. */
	ARRAY(struct change) list;
};

/*
 * Connects to all hypervisors and looks around for `parts` (enum host_part), as a machine
 * may have been moved to any. One that can't be reached fails its machines; what else is
 * wrong with one that machines name goes to `errors`. Returns -1 when there was any. Free
 * `plan` in both cases, before the batch.
 */
int plan_survey(const struct batch *batch, unsigned int parts, struct changes *changes,
		struct error_list *errors);

/* Locks a batch on a hypervisor in the name of `self`; with NULL *lock stays NULL. Each
 * batch there needs a token of its own. */
int plan_lock(const struct changes *changes, const struct host *host,
	      const struct owner *self, const char *batch, struct owner_lock **lock,
	      struct error *error);

/*
 * Decides for each machine where it goes and what is to be done, and checks what it
 * needs: image, name, identity, volumes, address, templates. A machine that is there
 * stays where it is. Changes nothing. Returns -1 when there was any error.
 */
int plan_make(struct changes *changes, struct error_list *errors);

/*
 * Only finds which of the machines are there: sets each change's domain, MAC and action,
 * for what needs neither images nor templates. A name that is taken by others is an
 * error.
 */
int plan_find(struct changes *changes, struct error_list *errors);

void plan_free(struct changes *changes);

/* Whether the domain is of this batch, be it complete or not. */
bool changes_owns(const struct changes *changes, const struct host_domain *domain);

/* The same, or whether the batch is to adopt it. */
bool changes_takes(const struct changes *changes, const struct host_domain *domain);

/* Whether nothing of that hypervisor is known, nor said to be lost: a machine may be on
 * it. */
bool changes_are_doubtful(const struct changes *changes, const struct plan_host *found);

/* Whether the change's machine is complete and protected, by its metadata or by the
 * batch.
 */
bool change_is_protected(const struct change *change);

/* "create", "resume", "change", "start", "keep", "clean", "unlisted", "delete", "absent",
 * "adopt", "fail". */
const char *change_action_name(enum change_action action);

#endif
