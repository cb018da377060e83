/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor of the batch in use: connections, handles and locks. */
#ifndef PROVISION_HOST_HOST_H
#define PROVISION_HOST_HOST_H

#include <libvirt/libvirt.h>
#include <pthread.h>
#include <stdbool.h>

#include "common/in_flight.h"
#include "leases/lease.h"
#include "provision/host/facts.h"
#include "provision/host/owner_lock.h"

struct host_use;

/* A thread that has one of the host's connections. */
struct host_connection_user {
	pthread_t thread;
	struct host_connection *link;
};

struct host {
	const struct batch_hypervisor *config;
	virConnectPtr connection; /* NULL: it can't be reached */
	bool left_out;		  /* set by the caller: its facts are not read */
	struct in_flight flight;  /* of the connection */
	/* What was read when the run began; does not change later. */
	struct facts facts;
	/* NULL if facts_read() found none. */
	virStoragePoolPtr images_pool, root_pool;
	virNetworkPtr network;
	pthread_mutex_t lock;	      /* guards reservations, `handed`, `leases` */
	ARRAY(struct in_addr) handed; /* addresses given to machines in this run */
	/* Of the network, read when the first machine's address is looked up. */
	struct lease_list leases;
	bool has_leases;
	pthread_mutex_t defining_lock; /* held while a domain is defined */
	/* See host_connection.h. */
	pthread_mutex_t connections_lock, opening_lock;
	ARRAY(struct host_connection *) connections;
	ARRAY(struct host_connection_user) connection_users;
	char *next_uri;		  /* for further connections; NULL: none can be opened */
	size_t connections_max;	  /* 0: no limit */
	struct owner_lock *owner; /* the lock of this run; NULL: it changes nothing */
	struct host_use *use;	  /* see host_use.h */
	/* Whose images are read, borrowed; NULL: all are. Of the others only the names
	 * are known. */
	const struct batch *batch;
	/* For whom facts_read() looks for other runs on that batch, borrowed; NULL: it
	 * does not. What it finds. */
	const struct owner *looker;
	struct owner_lock_list locks;
	struct error locks_error;
	/* All hypervisors of the batch, including this one, NULL-terminated; borrowed. */
	struct host *const *all;
};

/*
 * Connects, read-only if this user may not change anything there: then host->facts.denied
 * is the reason. On failure, `host` has no connection, and host->facts.unreachable is the
 * reason. Until in_flight_end() of host->flight, calls on the connection are made by
 * in_flight(). The caller frees `host` in both cases.
 */
int host_open(struct host *host, const struct batch_hypervisor *config);

/* Ends a read-only connection where that does not suffice: the hypervisor is then
 * unreachable. */
void host_deny(struct host *host);

/* A warning of what a read-only connection does not see, the caller's; NULL if it is
 * none. */
char *host_denied_text(const struct host *host);

void host_free(struct host *host);

#endif
