/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock of a batch on a hypervisor: one run at a time owns the batch. */
#ifndef PROVISION_HOST_OWNER_LOCK_H
#define PROVISION_HOST_OWNER_LOCK_H

#include <libvirt/libvirt.h>

#include "common/interrupt.h"
#include "common/mem.h"
#include "provision/host/owner.h"

/*
 * The lock is a libvirt secret that holds nothing confidential. libvirt allows only one
 * secret per usage (https://libvirt.org/formatsecret.html), so defining it is atomic. It
 * is removed by its UUID, the run's token, so that no run removes a lock that another run
 * has taken meanwhile. It does not depend on storage pools, and it survives a restart of
 * the daemon.
 *
 *   <secret ephemeral='no' private='no'>
 *     <uuid>TOKEN</uuid>
 *     <description>{"Verb":"apply","User":"root",...}</description>    owner_json()
 *     <usage type='volume'><volume>vmango-provision/BATCH</volume></usage>
 *   </secret>
 *
 * Its value is a counter, in decimal, that the owner increments every OWNER_LOCK_RENEW_S
 * seconds over a connection of its own. If no such connection can be opened (it would ask
 * for a password, for instance), the record says that the owner does not renew, and no
 * other host considers it dead.
 */
enum {
	OWNER_LOCK_RENEW_S = 3,
	/* An owner whose process is not visible here, on another host for instance, is
	 * considered dead if its counter does not change for this time. */
	OWNER_LOCK_WATCH_S = 30,
	/* An owner that has not renewed for this time, by its own CLOCK_BOOTTIME, renews
	 * before its next change. Calls sent just before can still be under way when it
	 * has lost the lock, at most one per thread. */
	OWNER_LOCK_TRUST_S = 10,
	OWNER_LOCK_COUNTER_MAX = 32, /* bytes of the value */
};

struct owner_lock;

struct owner_lock_job {
	virConnectPtr connection; /* to the hypervisor; borrowed by the lock */
	const char *hypervisor;	  /* its name in messages; borrowed by the lock */
	const char *batch;	  /* the batch's name */
	/* For the connection that renews; NULL: none. */
	const char *renew_uri;
	const struct owner *self; /* `renews` is ignored */
	/* Called before an owner is watched for OWNER_LOCK_WATCH_S. */
	void (*watching)(void *data, const char *hypervisor, const char *owner);
	void *data;
};

/*
 * Takes the lock, also from a dead run. -1 if a live run has it, which the error names,
 * or if libvirt fails. libvirt's test driver needs no lock, as its domains are not
 * shared: *lock stays NULL.
 */
int owner_lock_take(const struct owner_lock_job *job, struct owner_lock **lock,
		    struct error *error);

/* A lock that exists, and who has it. */
struct owner_lock_seen {
	char *batch;
	char uuid[VIR_UUID_STRING_BUFLEN]; /* of the secret */
	struct owner owner;   /* zeroed: it says nothing that can be understood */
	enum owner_life life; /* as owner_judge() sees it at once */
};

struct owner_lock_list {
	ARRAY(struct owner_lock_seen) items;
};

/*
 * Finds the locks on a hypervisor, of one batch, or with NULL of all; changes nothing.
 * None on libvirt's test driver. The caller frees the list, also on failure.
 */
int owner_lock_find(virConnectPtr connection, const char *batch, const struct owner *self,
		    struct owner_lock_list *list, struct error *error);
void owner_lock_list_free(struct owner_lock_list *list);

/* "apply of root on host9, PID 123, since ...", or "an unknown run"; the caller's. */
char *owner_lock_owner_text(const struct owner *owner);

/*
 * To be called right before each change, by any thread: fails if another run has taken
 * the lock, or if that can't be found out. Only reads the clock while the last renewal is
 * recent. A NULL lock counts as held.
 */
int owner_lock_check(struct owner_lock *lock, struct error *error);

/* For interrupt_undo_begin(), until the lock is released: the hypervisor, asked by a
 * renewal. NULL for NULL, and for a lock without a connection of its own. */
struct interrupt_place *owner_lock_place(struct owner_lock *lock);

/* Releases and frees it. */
void owner_lock_release(struct owner_lock *lock);

#endif
