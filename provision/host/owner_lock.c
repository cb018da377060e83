/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock of a batch on a hypervisor: one run at a time owns the batch. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/mem.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "common/xml.h"
#include "provision/host/owner_lock.h"

#define USAGE_PREFIX "vmango-provision/"

/* Limit of attempts: another run may end, or take over a lock, between two calls. */
enum { TRIES = 10, POLL_MS = 500 };

DEFINE_CLEANUP(virSecretPtr, virSecretFree)

struct owner_lock {
	char *hypervisor, *batch, *renew_uri;
	char token[UUID_STR_LEN];
	virConnectPtr shared; /* the hypervisor's own connection, borrowed */
	/* CLOCK_BOOTTIME before the last renewal was sent. */
	atomic_uint_fast64_t renewed_ms;
	atomic_bool lost;
	/* Guards the connection that renews, and the counter. */
	pthread_mutex_t lock;
	virConnectPtr connection; /* NULL: the shared one */
	uint64_t counter;
	pthread_t thread;
	bool has_thread, ending;
	atomic_bool is_asked; /* by place_ask() */
	struct interrupt_place place;
	pthread_cond_t end;
};

static uint64_t boottime_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void text_child_add(xmlNodePtr parent, const char *name, const char *text)
{
	if (!xmlNewTextChild(parent, NULL, BAD_CAST name, BAD_CAST text))
		mem_exhausted();
}

static char *secret_xml(const struct owner *owner, const char *usage)
{
	CLEANUP(free_ptr) char *json = owner_json(owner);
	CLEANUP(xml_free) struct xml xml = {.document = xmlNewDoc(BAD_CAST "1.0")};
	xmlNodePtr root = xmlNewNode(NULL, BAD_CAST "secret"), child;

	if (!xml.document || !root)
		mem_exhausted();
	xmlDocSetRootElement(xml.document, root);
	xmlSetProp(root, BAD_CAST "ephemeral", BAD_CAST "no");
	xmlSetProp(root, BAD_CAST "private", BAD_CAST "no");
	text_child_add(root, "uuid", owner->token);
	text_child_add(root, "description", json);
	child = xmlNewChild(root, NULL, BAD_CAST "usage", NULL);
	if (!child || !xmlSetProp(child, BAD_CAST "type", BAD_CAST "volume"))
		mem_exhausted();
	text_child_add(child, "volume", usage);
	return xml_text(&xml);
}

/* The owner's record; left zeroed if it can't be parsed. */
static void record_read(virSecretPtr secret, struct owner *owner)
{
	CLEANUP(free_ptr) char *text = virSecretGetXMLDesc(secret, 0);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *json = NULL;

	*owner = (struct owner){0};
	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return;
	json = xml_string(&xml, NULL, "/secret/description");
	if (json)
		owner_parse(json, strlen(json), owner, NULL);
}

char *owner_lock_owner_text(const struct owner *owner)
{
	return owner->verb ? owner_text(owner) : mem_string("an unknown run");
}

/* The counter; empty if it has no value yet. Fails if the secret does not exist
 * (VIR_ERR_NO_SECRET) or can't be read. */
static int counter_read(virSecretPtr secret, char text[static OWNER_LOCK_COUNTER_MAX])
{
	size_t size = 0;
	CLEANUP(free_ptr) unsigned char *value = virSecretGetValue(secret, &size, 0);
	char uuid[VIR_UUID_STRING_BUFLEN];
	CLEANUP(virSecretFree_ptr) virSecretPtr again = NULL;

	memset(text, 0, OWNER_LOCK_COUNTER_MAX);
	if (value) {
		memcpy(text, value,
		       size < OWNER_LOCK_COUNTER_MAX ? size : OWNER_LOCK_COUNTER_MAX - 1);
		return 0;
	}
	if (virt_error_code() != VIR_ERR_NO_SECRET)
		return -1;
	/* libvirt reports a secret without a value like one that does not exist. */
	virSecretGetUUIDString(secret, uuid);
	again = virSecretLookupByUUIDString(virSecretGetConnect(secret), uuid);
	return again ? 0 : -1;
}

static void pause_ms(unsigned int ms)
{
	const struct timespec time = {.tv_sec = ms / 1000,
				      .tv_nsec = ms % 1000 * 1000000L};

	nanosleep(&time, NULL);
}

/*
 * Watches the counter of an owner: OWNER_HAS_ENDED if it does not change for
 * OWNER_LOCK_WATCH_S, or the lock no longer exists; OWNER_IS_UNKNOWN if it can't be read.
 */
static enum owner_life owner_watch(virSecretPtr secret, struct error *error)
{
	char first[OWNER_LOCK_COUNTER_MAX], now[OWNER_LOCK_COUNTER_MAX];
	uint64_t end = boottime_ms() + OWNER_LOCK_WATCH_S * 1000;

	if (counter_read(secret, first) == 0) {
		do {
			pause_ms(POLL_MS);
			if (counter_read(secret, now) < 0)
				break;
			if (memcmp(first, now, sizeof(now)))
				return OWNER_IS_ALIVE;
			if (boottime_ms() >= end)
				return OWNER_HAS_ENDED;
		} while (true);
	}
	if (virt_error_code() == VIR_ERR_NO_SECRET)
		return OWNER_HAS_ENDED;
	virt_error(error, "can't read who owns the batch");
	return OWNER_IS_UNKNOWN;
}

static int held(const struct owner_lock_job *job, virSecretPtr secret,
		const struct owner *owner, struct error *error)
{
	CLEANUP(free_ptr) char *text = owner_lock_owner_text(owner);
	CLEANUP(free_ptr) char *uri = NULL;
	CLEANUP(free_ptr) char *command = NULL;
	char uuid[VIR_UUID_STRING_BUFLEN] = "";

	if (owner->renews || owner_judge(owner, job->self) == OWNER_IS_ALIVE)
		return error_set(error,
				 "batch \"%s\" is in use on %s by %s; wait until it ends",
				 job->batch, job->hypervisor, text);
	virSecretGetUUIDString(secret, uuid);
	uri = virConnectGetURI(job->connection);
	command = virsh_text(uri, "secret-undefine", uuid, NULL);
	return error_set(error,
			 "batch \"%s\" is in use on %s by %s; whether that is still "
			 "alive can't be seen from here; when it has ended: %s",
			 job->batch, job->hypervisor, text, command);
}

/* Removes the lock of a dead owner, by its UUID: a lock that replaced it meanwhile stays.
 */
static int dead_remove(virSecretPtr secret, struct error *error)
{
	if (virSecretUndefine(secret) == 0 || virt_error_code() == VIR_ERR_NO_SECRET)
		return 0;
	return virt_error(error, "can't release the lock of a run that has ended");
}

/* Removes the secret if its owner is dead. 0 if it no longer holds the lock. */
static int owner_evict(const struct owner_lock_job *job, virSecretPtr secret,
		       struct error *error)
{
	CLEANUP(owner_free) struct owner owner = {0};
	CLEANUP(free_ptr) char *text = NULL;
	enum owner_life life;

	record_read(secret, &owner);
	life = owner_judge(&owner, job->self);
	if (life == OWNER_IS_UNKNOWN && (owner.renews || !owner.verb)) {
		text = owner_lock_owner_text(&owner);
		if (job->watching)
			job->watching(job->data, job->hypervisor, text);
		life = owner_watch(secret, error);
		if (error && error->message)
			return -1;
	}
	if (life != OWNER_HAS_ENDED)
		return held(job, secret, &owner, error);
	return dead_remove(secret, error);
}

static int counter_set(virSecretPtr secret, uint64_t counter)
{
	CLEANUP(free_ptr) char *text = mem_format("%" PRIu64, counter);

	return virSecretSetValue(secret, (unsigned char *)text, strlen(text), 0);
}

/* Defines the secret. Returns 1 if another one exists for the batch. */
static int secret_try(const struct owner_lock_job *job, const char *usage,
		      const char *xml, struct error *error)
{
	CLEANUP(virSecretFree_ptr)
	virSecretPtr secret = virSecretDefineXML(job->connection, xml, 0);
	CLEANUP(virSecretFree_ptr) virSecretPtr other = NULL;

	if (secret)
		return counter_set(secret, 0) == 0
			       ? 0
			       : virt_error(error, "can't lock the batch on %s",
					    job->hypervisor);
	virt_error(error, "can't lock the batch on %s", job->hypervisor);
	other = virSecretLookupByUsage(job->connection, VIR_SECRET_USAGE_TYPE_VOLUME,
				       usage);
	if (!other)
		return virt_error_code() == VIR_ERR_NO_SECRET ? 1 : -1;
	error_free(error);
	return owner_evict(job, other, error) < 0 ? -1 : 1;
}

static int secret_take(const struct owner_lock_job *job, const char *usage,
		       const char *xml, struct error *error)
{
	for (int i = 0; i < TRIES; i++) {
		int status;

		/* Of the last try, if there was one. */
		error_free(error);
		status = secret_try(job, usage, xml, error);
		if (status <= 0)
			return status;
	}
	if (error && !error->message)
		error_set(error,
			  "batch \"%s\": other runs keep locking it; try again later",
			  job->batch);
	return -1;
}

/* Replaces the connection that renews after it has failed. The caller holds the mutex. */
static virConnectPtr connection_get(struct owner_lock *lock)
{
	if (!lock->renew_uri)
		return lock->shared;
	if (lock->connection && virConnectIsAlive(lock->connection) != 1)
		virConnectClose(TAKE(lock->connection));
	if (!lock->connection)
		lock->connection = virt_open_again(lock->renew_uri, NULL);
	return lock->connection ? lock->connection : lock->shared;
}

static int renew_once(struct owner_lock *lock, struct error *error)
{
	uint64_t now_ms = boottime_ms();
	CLEANUP(virSecretFree_ptr)
	virSecretPtr secret = virSecretLookupByUUIDString(connection_get(lock),
							  lock->token);

	if (secret && counter_set(secret, ++lock->counter) == 0) {
		lock->renewed_ms = now_ms;
		atomic_store(&lock->place.answered_ms, clock_ms());
		return 0;
	}
	/* A refusal is an answer, too. */
	if (!virt_is_unasked())
		atomic_store(&lock->place.answered_ms, clock_ms());
	lock->lost = lock->lost || virt_error_code() == VIR_ERR_NO_SECRET;
	return virt_error(error, "can't check whether this run still owns batch \"%s\"",
			  lock->batch);
}

/* After a long stop of this process, the first call finds out that the daemon has closed
 * the connection. */
static int renew(struct owner_lock *lock, struct error *error)
{
	int status = renew_once(lock, error);

	if (status == 0 || !lock->connection || virConnectIsAlive(lock->connection) == 1)
		return status;
	error_free(error);
	return renew_once(lock, error);
}

static bool is_fresh(const struct owner_lock *lock)
{
	return boottime_ms() - lock->renewed_ms <= OWNER_LOCK_TRUST_S * 1000;
}

static int lost_set(const struct owner_lock *lock, struct error *error)
{
	return error_set(
		error,
		"another run took over batch \"%s\" on %s, as this one had not renewed "
		"its lock for %d s; nothing more is changed there",
		lock->batch, lock->hypervisor, OWNER_LOCK_WATCH_S);
}

static int slow_set(const struct owner_lock *lock, struct error *error)
{
	return error_set(error, "%s takes more than %d s to respond to each call",
			 lock->hypervisor, OWNER_LOCK_TRUST_S);
}

int owner_lock_check(struct owner_lock *lock, struct error *error)
{
	int status = 0;

	if (!lock || (!lock->lost && is_fresh(lock)))
		return 0;
	pthread_mutex_lock(&lock->lock);
	/* A renewal that takes longer than OWNER_LOCK_TRUST_S proves nothing. */
	for (int i = 0; status == 0 && !lock->lost && !is_fresh(lock); i++)
		status = i < TRIES ? renew(lock, error) : slow_set(lock, error);
	pthread_mutex_unlock(&lock->lock);
	return lock->lost ? lost_set(lock, error) : status;
}

/* Renews until the lock is released or lost; a failed renewal is repeated. */
static void *renewer_main(void *data)
{
	struct owner_lock *lock = data;

	pthread_mutex_lock(&lock->lock);
	while (!lock->ending && !lock->lost) {
		struct timespec at;

		clock_gettime(CLOCK_MONOTONIC, &at);
		at.tv_sec += OWNER_LOCK_RENEW_S;
		if (pthread_cond_timedwait(&lock->end, &lock->lock, &at) != 0 ||
		    atomic_exchange(&lock->is_asked, false))
			renew(lock, NULL);
	}
	/* Nobody asks any more. */
	atomic_store(&lock->place.answered_ms, UINT64_MAX);
	pthread_mutex_unlock(&lock->lock);
	return NULL;
}

/* Called again if the renewer was not waiting. */
static void place_ask(struct interrupt_place *place)
{
	struct owner_lock *lock =
		(struct owner_lock *)((char *)place - offsetof(struct owner_lock, place));

	atomic_store(&lock->is_asked, true);
	pthread_cond_signal(&lock->end);
}

struct interrupt_place *owner_lock_place(struct owner_lock *lock)
{
	return lock && lock->has_thread ? &lock->place : NULL;
}

static void renewer_start(struct owner_lock *lock)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&lock->end, &attributes);
	pthread_condattr_destroy(&attributes);
	lock->has_thread = lock->renew_uri &&
			   pthread_create(&lock->thread, NULL, renewer_main, lock) == 0;
}

static struct owner_lock *lock_make(const struct owner_lock_job *job,
				    virConnectPtr connection, uint64_t renewed_ms)
{
	struct owner_lock *lock = mem_zero(1, sizeof(*lock));

	lock->hypervisor = mem_string(job->hypervisor);
	lock->batch = mem_string(job->batch);
	lock->renew_uri = connection ? mem_string(job->renew_uri) : NULL;
	memcpy(lock->token, job->self->token, sizeof(lock->token));
	lock->shared = job->connection;
	lock->connection = connection;
	lock->renewed_ms = renewed_ms;
	lock->place = (struct interrupt_place){.name = lock->hypervisor,
					       .ask = place_ask};
	pthread_mutex_init(&lock->lock, NULL);
	renewer_start(lock);
	return lock;
}

/* Nobody else can see what it has. Its name is known without a call. */
static bool is_test_driver(virConnectPtr connection)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(connection);

	return uri && (!strncmp(uri, "test:", 5) || !strncmp(uri, "test+", 5));
}

int owner_lock_take(const struct owner_lock_job *job, struct owner_lock **lock,
		    struct error *error)
{
	CLEANUP(free_ptr) char *usage = mem_format("%s%s", USAGE_PREFIX, job->batch);
	CLEANUP(virConnectClose_ptr) virConnectPtr connection = NULL;
	struct owner self = *job->self;
	CLEANUP(free_ptr) char *xml = NULL;
	uint64_t now_ms;

	*lock = NULL;
	if (is_test_driver(job->connection))
		return 0;
	if (job->renew_uri)
		connection = virt_open(job->renew_uri, false, NULL);
	self.renews = connection != NULL;
	xml = secret_xml(&self, usage);
	now_ms = boottime_ms();
	if (secret_take(job, usage, xml, error) < 0)
		return -1;
	*lock = lock_make(job, TAKE(connection), now_ms);
	return 0;
}

static void seen_add(struct owner_lock_list *list, virSecretPtr secret, const char *batch,
		     const struct owner *self)
{
	struct owner_lock_seen seen = {0};

	record_read(secret, &seen.owner);
	/* Its run has just ended. */
	if (!seen.owner.verb && virt_error_code() == VIR_ERR_NO_SECRET)
		return;
	seen.batch = mem_string(batch);
	virSecretGetUUIDString(secret, seen.uuid);
	seen.life = owner_judge(&seen.owner, self);
	*array_add(&list->items) = seen;
}

/* The batch that the secret is the lock of; NULL: it is no lock. */
static const char *batch_of(virSecretPtr secret)
{
	const char *usage = virSecretGetUsageID(secret);
	size_t prefix = strlen(USAGE_PREFIX);

	if (virSecretGetUsageType(secret) != VIR_SECRET_USAGE_TYPE_VOLUME || !usage ||
	    strncmp(usage, USAGE_PREFIX, prefix))
		return NULL;
	return usage + prefix;
}

int owner_lock_find(virConnectPtr connection, const char *batch, const struct owner *self,
		    struct owner_lock_list *list, struct error *error)
{
	CLEANUP(free_ptr) virSecretPtr *secrets = NULL;
	int count;

	if (is_test_driver(connection))
		return 0;
	count = virConnectListAllSecrets(connection, &secrets, 0);
	if (count < 0)
		return virt_error(error, "can't list locks");
	for (int i = 0; i < count; i++) {
		const char *found = batch_of(secrets[i]);

		if (found && (!batch || !strcmp(found, batch)))
			seen_add(list, secrets[i], found, self);
		virSecretFree(secrets[i]);
	}
	return 0;
}

void owner_lock_list_free(struct owner_lock_list *list)
{
	array_foreach(seen, &list->items) {
		free(seen->batch);
		owner_free(&seen->owner);
	}
	free(list->items.items);
}

void owner_lock_release(struct owner_lock *lock)
{
	CLEANUP(virSecretFree_ptr) virSecretPtr secret = NULL;

	if (!lock)
		return;
	pthread_mutex_lock(&lock->lock);
	lock->ending = true;
	pthread_cond_signal(&lock->end);
	pthread_mutex_unlock(&lock->lock);
	if (lock->has_thread)
		pthread_join(lock->thread, NULL);
	/* If this fails, the next run finds the lock of a dead run. */
	if (!lock->lost)
		secret = virSecretLookupByUUIDString(connection_get(lock), lock->token);
	if (secret)
		virSecretUndefine(secret);
	virConnectClose_ptr(&lock->connection);
	pthread_cond_destroy(&lock->end);
	pthread_mutex_destroy(&lock->lock);
	free(lock->hypervisor);
	free(lock->batch);
	free(lock->renew_uri);
	free(lock);
}
