/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done about each machine of a batch. */
#ifndef PROVISION_PLAN_CHANGES_H
#define PROVISION_PLAN_CHANGES_H

#include <stdbool.h>
#include <uuid/uuid.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/batch/batch.h"
#include "provision/host/facts.h"
#include "provision/host/storage_pool.h"
#include "provision/plan/machine_templates.h"
#include "provision/plan/machine_diff.h"
#include "provision/plan/placement.h"
#include "provision/plan/plan_filter.h"

enum change_action {
	ACTION_CREATE,
	ACTION_RESUME, /* a run was interrupted: roll it back, then create it */
	ACTION_CHANGE, /* it exists and is complete, but differs from the batch */
	ACTION_START,  /* it is as wanted, but does not run */
	ACTION_KEEP,
	ACTION_CLEAN,	 /* it is to be kept, and what it left elsewhere to be removed */
	ACTION_UNLISTED, /* it is of the batch, which no longer has it: it stays */
	ACTION_DELETE,	 /* the same, and it goes; or any that a destroy deletes */
	ACTION_ABSENT,	 /* a destroy has nothing to delete */
	ACTION_ADOPT,	 /* of others: only its metadata change */
	ACTION_FAIL,	 /* its hypervisor can't be reached */
};

struct host;
struct owner_lock;

/* A hypervisor that a machine was migrated away from, and its domain there. */
struct change_leftover {
	const struct facts *facts;
	const struct facts_domain *domain;
	struct host *host; /* as in struct change */
};

struct change {
	const char *name;
	const struct batch_machine *machine; /* NULL: the batch no longer has it */
	const char *batch, *creator;	     /* borrowed */
	const char *token;		     /* of this run; NULL: it changes nothing */
	const char *batch_file; /* the same; NULL: not known, or metadata can't hold it */
	const struct facts *facts; /* its hypervisor; NULL when none of several will do */
	const struct machine_templates *templates; /* of that hypervisor */
	char *placement; /* why it goes there; NULL: no choice */
	enum change_action action;
	struct machine_diff diff;	   /* with ACTION_CHANGE */
	const struct facts_domain *domain; /* NULL: does not exist */
	/* What it is, or will be, created from; NULL: no longer in the pool. */
	const struct facts_image *image;
	enum storage_clone clone;
	const char *arch;
	char uuid[UUID_STR_LEN];
	uint8_t mac[MAC_SIZE];
	char *hash;   /* of the input that the machine is created from */
	char *reason; /* with ACTION_FAIL, _UNLISTED, _RESUME, or NULL */
	ARRAY(struct change_leftover) leftovers;
	/* For those who carry it out; the planner neither sets nor reads what follows. */
	struct host *host;	   /* the hypervisor; NULL without `facts` */
	struct metadata *adopted;  /* with ACTION_ADOPT: what its metadata are to be */
	struct owner_lock *former; /* of the batch that it is taken from; NULL: none */
};

/* What the planner is given; borrowed, and to outlive the changes. */
struct plan_input {
	const struct batch *batch;
	/* For each hypervisor of the batch, in its order. */
	const struct facts *const *facts;
	const struct machine_templates *templates;
	const char *creator; /* of machines, for Vmango; NULL: not known */
	const char *token;   /* of this run; NULL: it changes nothing */
	struct plan_filter filter;
	bool unlisted; /* machines that the batch no longer has are changes as well */
	bool prune;    /* they are to go, unless they are protected */
	bool adopts;   /* machines of Vmango and of other batches count as its own */
	/* Names of hypervisors that are not waited for: what was there is lost. */
	const char *const *lost;
	size_t lost_count;
};

struct changes {
	struct plan_input input;
	/* What is left of each hypervisor, in the batch's order. */
	struct placement_host *space;
	/* One for each machine meant, in the batch's order, then those that it no longer
	 * has. */
	ARRAY(struct change) list;
};

void changes_free(struct changes *changes);

/* Whether the domain is of this batch, be it complete or not. */
bool changes_own(const struct changes *changes, const struct facts_domain *domain);

/* The same, or whether the batch is to adopt it. */
bool changes_take(const struct changes *changes, const struct facts_domain *domain);

/* Whether nothing of that hypervisor is known, nor said to be lost: a machine may be on
 * it. */
bool changes_host_is_unknown(const struct changes *changes, const struct facts *facts);

/* Appends a change to the list, which has room for it, with the identity that the batch's
 * name and `name` make. `name` is borrowed. */
struct change *change_add(struct changes *changes, const char *name);

/* The number of a hypervisor in the batch. */
size_t changes_index(const struct changes *changes,
		     const struct batch_hypervisor *hypervisor);

/* Sets where it is or goes: one of the planner's facts. */
void change_place(const struct changes *changes, struct change *change,
		  const struct facts *facts);

/* Takes over the UUID of the change's domain, and its MAC when it has one. */
void change_take_domain(struct change *change);

/* Whether the machine is complete and protected, by its metadata or by the batch. */
bool change_is_protected(const struct change *change);

/* Whether the machine's address comes from its hypervisor's network script. */
bool change_has_script(const struct change *change);

/* "create", "resume", "change", "start", "keep", "clean", "unlisted", "delete", "absent",
 * "adopt", "fail". */
const char *change_action_name(enum change_action action);

#endif
