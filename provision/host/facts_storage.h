/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the pools of a hypervisor, its images, and the volumes of machines. */
#ifndef PROVISION_HOST_FACTS_STORAGE_H
#define PROVISION_HOST_FACTS_STORAGE_H

#include <libvirt/libvirt.h>

#include "provision/host/facts_domains.h"
#include "provision/host/host.h"

/* A pool while it is read. */
struct facts_listed_pool {
	bool is_open;		   /* it exists, is active and was described */
	virStorageVolPtr *volumes; /* see volume_handles(); NULL: not listed */
	struct error_list errors;
};

struct listed_image;

/* The storage while it is read; zeroed but for the lock, then facts_storage_free(). */
struct facts_storage {
	struct facts_listed_pool images, root;
	/* A daemon opens its connection to virtstoraged at a client's first call for it,
	 * of two at a time twice (remoteGetStorageConn() in libvirt), and loses one. */
	pthread_mutex_t first_lock;
	/* Of the pool of images, those that are images. */
	struct listed_image *list;
	size_t list_count;
	size_t count;		  /* what facts_storage_read() can read */
	struct error_list errors; /* of both, and of disks */
};

/* Open host->images_pool and host->root_pool, describe them and list their volumes. */
void facts_storage_list_images(struct host *host, struct facts_storage *storage);
void facts_storage_list_root(struct host *host, struct facts_storage *storage);

/* After both, and after facts_domains_list(): finds images, and volumes of the root pool.
 */
void facts_storage_find(struct host *host, struct facts_storage *storage);

/*
 * Reads number `i` below storage->count, by any thread: a volume that is a machine's, or
 * an image. Of a batch, it reads only the images that the batch names.
 */
void facts_storage_read(struct host *host, struct facts_storage *storage,
			const struct facts_domains *domains, size_t i);

/* After all of these, and after facts_domains_take(): adds what was read to the facts,
 * and reads the rest of images and disks. */
void facts_storage_take(struct host *host, struct facts_storage *storage,
			const struct facts_domains *domains);

void facts_storage_free(struct facts_storage *storage);

#endif
