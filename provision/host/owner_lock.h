/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run at a time on a batch, known on the hypervisor itself. */
#ifndef PROVISION_HOST_OWNER_LOCK_H
#define PROVISION_HOST_OWNER_LOCK_H

#include <libvirt/libvirt.h>

#include "common/mem.h"
#include "provision/host/owner.h"

/*
 * The lock is a libvirt secret that guards nothing: libvirt allows only one secret for
 * each usage (https://libvirt.org/formatsecret.html), so defining it is atomic, and it is
 * removed by its UUID, which is the run's token, so nobody removes a lock that another
 * run has taken meanwhile. It needs no storage pool, so it is the same for directory,
 * logical and rbd pools, and it survives a restart of the daemon.
 *
 *   <secret ephemeral='no' private='no'>
 *     <uuid>TOKEN</uuid>
 *     <description>{"Verb":"apply","User":"root",...}</description>    owner_json()
 *     <usage type='volume'><volume>vmango-provision/BATCH</volume></usage>
 *   </secret>
 *
 * Its value is a counter, as decimal digits, that its owner moves every
 * OWNER_LOCK_RENEW_S seconds over a connection that nothing else uses. Where no such
 * connection can be had (it would ask for a password, say), the record says that it does
 * not renew, and no other host ever takes it for dead.
 */
enum {
	OWNER_LOCK_RENEW_S = 3,
	/* An owner of which only the counter can be seen is dead when that stood still
	 * for so long. */
	OWNER_LOCK_WATCH_S = 30,
	/* An owner that has not renewed for so long, by its own CLOCK_BOOTTIME, renews
	 * before it changes anything more. A call of its that was sent just before can
	 * still be on its way when it has lost the lock: one for each thread at most. */
	OWNER_LOCK_TRUST_S = 10,
	OWNER_LOCK_COUNTER_MAX = 32, /* bytes of the value */
};

struct owner_lock;

struct owner_lock_job {
	virConnectPtr connection; /* to the hypervisor; borrowed for good */
	const char *hypervisor;	  /* its name in messages; borrowed for good */
	const char *batch;	  /* the batch's name */
	/* For the connection that renews; NULL: none can be had. */
	const char *renew_uri;
	const struct owner *self; /* `renews` does not count */
	/* Called before an owner is watched for OWNER_LOCK_WATCH_S. */
	void (*watching)(void *data, const char *hypervisor, const char *owner);
	void *data;
};

/*
 * Takes the lock, that of a dead run as well. -1 when a run that is alive has it, which
 * the error names, or when libvirt fails. With libvirt's test driver, whose machines
 * nobody else can see, there is nothing to lock: *lock stays NULL.
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
 * To be called right before each change: fails once another run has taken the lock, or
 * when that can't be known. Does no more than look at the clock while the lock is fresh.
 * NULL is no lock and always held. For any thread.
 */
int owner_lock_check(struct owner_lock *lock, struct error *error);

/* Releases and frees it. */
void owner_lock_release(struct owner_lock *lock);

#endif
