/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines and volumes of a hypervisor use which files, read on demand. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/host/host_use.h"

enum { AGE_MAX_MS = 10 * 1000, AGE_FACTOR = 10, REFRESH_AGE_MS = 2000 };

struct host_use {
	pthread_mutex_t lock;
	struct volume_use facts;
	bool is_read;
	uint64_t refresh_ms; /* clock_ms() from which the root pool is refreshed again */
	uint64_t stale_ms;   /* clock_ms() from which they are too old */
};

struct host_use *host_use_new(void)
{
	struct host_use *use = mem_zero(1, sizeof(*use));

	pthread_mutex_init(&use->lock, NULL);
	return use;
}

void host_use_free(struct host_use *use)
{
	if (!use)
		return;
	volume_use_free(&use->facts);
	pthread_mutex_destroy(&use->lock);
	free(use);
}

static int facts_read(struct host *host, struct error *error)
{
	struct host_use *use = host->use;
	uint64_t begin_ms = clock_ms(), took_ms;

	use->is_read = false;
	volume_use_free(&use->facts);
	if (volume_use_read(host_connection(host)->connection, VOLUME_USE_IGNORE,
			    &use->facts, error) < 0)
		return -1;
	took_ms = AGE_FACTOR * (clock_ms() - begin_ms);
	use->stale_ms = clock_ms() + (took_ms > AGE_MAX_MS ? took_ms : AGE_MAX_MS);
	use->is_read = true;
	return 0;
}

void host_use_refresh(struct host *host)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		host_connection(host)->connection, host->config->root_pool);

	pthread_mutex_lock(&host->use->lock);
	/* While a volume is being built, the next machine tries again. */
	if (pool && clock_ms() >= host->use->refresh_ms &&
	    virStoragePoolRefresh(pool, 0) == 0) {
		host->use->refresh_ms = clock_ms() + REFRESH_AGE_MS;
		host->use->is_read = false;
	}
	pthread_mutex_unlock(&host->use->lock);
}

int host_use_hold(struct host *host, struct volume_use **use, struct error *error)
{
	pthread_mutex_lock(&host->use->lock);
	if ((!host->use->is_read || clock_ms() >= host->use->stale_ms) &&
	    facts_read(host, error) < 0) {
		pthread_mutex_unlock(&host->use->lock);
		return -1;
	}
	*use = &host->use->facts;
	return 0;
}

void host_use_release(struct host *host)
{
	pthread_mutex_unlock(&host->use->lock);
}
