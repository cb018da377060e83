/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out, after a signal, whether a hypervisor still answers. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/mem.h"
#include "common/virt.h"
#include "common/virt_asker.h"
#include "common/virt_open.h"

/* The thread's, which frees it. */
struct virt_asker {
	struct interrupt_place place;
	char *uri, *name;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_asked, is_ended;
};

static void asker_free(struct virt_asker *asker)
{
	pthread_mutex_destroy(&asker->lock);
	pthread_cond_destroy(&asker->changed);
	free(asker->uri);
	free(asker->name);
	free(asker);
}

/* Whether to ask; false at the end. */
static bool asker_wait(struct virt_asker *asker)
{
	bool is_ended;

	pthread_mutex_lock(&asker->lock);
	while (!asker->is_asked && !asker->is_ended)
		pthread_cond_wait(&asker->changed, &asker->lock);
	asker->is_asked = false;
	is_ended = asker->is_ended;
	pthread_mutex_unlock(&asker->lock);
	return !is_ended;
}

static void *asker_main(void *data)
{
	struct virt_asker *asker = data;
	virConnectPtr connection = virt_open(asker->uri, true, NULL);
	unsigned long version;

	/* Without a connection nothing is known of it. */
	if (connection)
		atomic_store(&asker->place.answered_ms, 0);
	while (asker_wait(asker)) {
		if (connection && virConnectGetLibVersion(connection, &version) == 0)
			atomic_store(&asker->place.answered_ms, clock_ms());
	}
	virConnectClose_ptr(&connection);
	asker_free(asker);
	return NULL;
}

static void place_ask(struct interrupt_place *place)
{
	struct virt_asker *asker =
		(struct virt_asker *)((char *)place - offsetof(struct virt_asker, place));

	pthread_mutex_lock(&asker->lock);
	asker->is_asked = true;
	pthread_cond_signal(&asker->changed);
	pthread_mutex_unlock(&asker->lock);
}

struct virt_asker *virt_asker_begin(virConnectPtr connection)
{
	CLEANUP(free_ptr) char *name = connection ? virConnectGetURI(connection) : NULL;
	char *uri = virt_open_quiet_uri(name, NULL);
	struct virt_asker *asker;
	pthread_t thread;

	if (!uri)
		return NULL;
	asker = mem_zero(1, sizeof(*asker));
	asker->uri = uri;
	asker->name = TAKE(name);
	asker->place = (struct interrupt_place){
		.name = asker->name, .answered_ms = UINT64_MAX, .ask = place_ask};
	pthread_mutex_init(&asker->lock, NULL);
	pthread_cond_init(&asker->changed, NULL);
	if (pthread_create(&thread, NULL, asker_main, asker) != 0) {
		asker_free(asker);
		return NULL;
	}
	pthread_detach(thread);
	return asker;
}

void virt_asker_end(struct virt_asker *asker)
{
	if (!asker)
		return;
	pthread_mutex_lock(&asker->lock);
	asker->is_ended = true;
	pthread_cond_signal(&asker->changed);
	pthread_mutex_unlock(&asker->lock);
}

struct interrupt_place *virt_asker_place(struct virt_asker *asker)
{
	return asker ? &asker->place : NULL;
}
