/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection for each thread that works on a hypervisor.
 *
 * A connection can be shared, but then calls wait for each other: libvirtd processes no
 * more than five requests of a connection at a time (max_client_requests in
 * libvirtd.conf), and before libvirt 10.0 a thread's request may not be sent until the
 * call of another thread returns, which can be when a guest has started or an image is
 * copied. Over ssh each connection is a login, which a server limits (MaxStartups in
 * sshd_config(5)): there, threads share few of them.
 */
#ifndef PROVISION_HOST_HOST_CONNECTION_H
#define PROVISION_HOST_HOST_CONNECTION_H

#include "provision/host/host.h"

struct host_connection {
	size_t users; /* threads that have it */
	virConnectPtr connection;
	/* NULL if facts_read() found none. */
	virStoragePoolPtr images_pool, root_pool;
	virNetworkPtr network;
};

/*
 * The calling thread's connection to a host whose facts were read, from its first call
 * until host_connection_release(): a connection that is alive and that no other thread
 * has, beginning with the host's own; else a new one; else, if no further one can be
 * opened or there are as many as may be, the one that the fewest have. The caller
 * frees objects of the connection before it releases it.
 */
const struct host_connection *host_connection(struct host *host);
void host_connection_release(struct host *host);

/*
 * Looks up the domain with that UUID over the calling thread's connection. *domain is
 * NULL if the hypervisor has none; otherwise the caller frees it before it releases the
 * connection. -1 if the query failed.
 */
int host_domain_find(struct host *host, const char *uuid, virDomainPtr *domain,
		     struct error *error);

/* The same for a domain that must exist; NULL with an error otherwise. */
virDomainPtr host_domain_open(struct host *host, const char *uuid, struct error *error);

/* Closes them all; for host_free(). */
void host_connections_close(struct host *host);

#endif
