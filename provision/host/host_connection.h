/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection for each thread that is at work on a hypervisor.
 *
 * A connection can be shared, but then calls wait for each other: libvirtd reads no more
 * than five messages of a connection that are not answered yet (max_client_requests in
 * libvirtd.conf), and in libvirt before 10.0 a thread's message can lie unsent until the
 * call of another thread is answered, which is when its guest has started or its image
 * is copied.
 */
#ifndef PROVISION_HOST_HOST_CONNECTION_H
#define PROVISION_HOST_HOST_CONNECTION_H

#include "provision/host/host.h"

struct host_connection {
	bool is_taken;
	pthread_t thread; /* by whom */
	virConnectPtr connection;
	/* NULL where facts_read() has found none. */
	virStoragePoolPtr images_pool, root_pool;
	virNetworkPtr network;
};

/*
 * The calling thread's connection to a host whose facts were read, from its first call
 * until host_connection_release(): one that nobody has and that still stands, at first
 * the host's own connection; else a new one; else, while none can be had, the host's own
 * again. What was got from it is to be freed before it is given back.
 */
const struct host_connection *host_connection(struct host *host);
void host_connection_release(struct host *host);

/*
 * Looks for the domain of that UUID over the calling thread's connection. *domain is NULL
 * when the hypervisor has none, else the caller frees it before the connection is
 * released. -1 when the hypervisor could not be asked.
 */
int host_domain_find(struct host *host, const char *uuid, virDomainPtr *domain,
		     struct error *error);

/* The same for a domain that must exist; NULL with an error otherwise. */
virDomainPtr host_domain_open(struct host *host, const char *uuid, struct error *error);

/*
 * The URI for another connection like that of `uri` and `type`, which is what
 * virConnectGetType() says, that asks nobody for a password; NULL when there is none. The
 * caller frees it.
 */
char *host_connection_uri(const char *uri, const char *type);

/* Closes them all; for host_free(). */
void host_connections_close(struct host *host);

#endif
