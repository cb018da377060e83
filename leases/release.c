/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Releases leases on behalf of their clients, and confirms that dnsmasq removed them. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"
#include "leases/release.h"
#include "leases/release_link.h"

enum {
	RESEND_MS = 1000,
	/* Polling a file's time is cheap; closing an inotify descriptor takes 13 ms.
	 */
	LOOK_MS = 20,
};

struct run {
	struct release *releases;
	size_t count;
	ARRAY(struct release_link) links;
	struct stat *seen; /* one for each release; used for the first of each file */
};

static void run_free(struct run *run)
{
	array_foreach(link, &run->links)
		release_link_close(link);
	free(run->links.items);
	free(run->seen);
}

static struct release_link *link_find(struct run *run, const char *bridge,
				      struct error *error)
{
	struct release_link link;

	array_foreach(known, &run->links) {
		if (!strcmp(known->bridge, bridge))
			return known;
	}
	if (release_link_open(&link, bridge, error) < 0)
		return NULL;
	*array_add(&run->links) = link;
	return &run->links.items[run->links.count - 1];
}

static int release_send(struct run *run, const struct release *release,
			struct error *error)
{
	struct release_link *link = link_find(run, release->file->bridge, error);

	return link ? release_link_send(link, release->lease, release->transaction, error)
		    : -1;
}

static void first_send(struct run *run, struct release *release)
{
	release->state = release_send(run, release, &release->error) < 0
				 ? RELEASE_FAILED
				 : RELEASE_UNCONFIRMED;
}

static void again_send(struct run *run, struct release *release)
{
	if (release->state == RELEASE_UNCONFIRMED && !release->missed &&
	    !release->renewed)
		release_send(run, release, NULL);
}

/* First those with a client-id, then those without. */
static void all_send(struct run *run, void (*send)(struct run *, struct release *))
{
	for (size_t i = 0; i < run->count; i++) {
		if (run->releases[i].lease->client_id.size)
			send(run, &run->releases[i]);
	}
	for (size_t i = 0; i < run->count; i++) {
		if (!run->releases[i].lease->client_id.size)
			send(run, &run->releases[i]);
	}
}

static const struct lease *entry_find(const struct lease_list *leases,
				      const struct lease *lease)
{
	array_foreach(entry, leases) {
		if (lease_same(entry, lease))
			return entry;
	}
	return NULL;
}

/* libvirt replaces its file, but dnsmasq writes its own file in place, so that a reader
 * may see a part of it. */
static unsigned int reads_needed(const struct lease_file *file)
{
	return file->format == LEASE_FILE_STATUS ? 1 : 2;
}

static void file_check(struct run *run, const struct lease_file *file)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};

	if (lease_file_read(file, &leases, NULL, NULL) < 0)
		return;
	for (size_t i = 0; i < run->count; i++) {
		struct release *release = &run->releases[i];
		const struct lease *entry;

		if (release->file != file || release->state != RELEASE_UNCONFIRMED)
			continue;
		entry = entry_find(&leases, release->lease);
		release->missed = entry ? 0 : release->missed + 1;
		release->renewed = entry && entry->expires_s != release->lease->expires_s;
		if (release->missed >= reads_needed(file))
			release->state = RELEASE_CONFIRMED;
	}
}

static bool is_first_of_file(const struct run *run, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		if (run->releases[i].file == run->releases[number].file)
			return false;
	}
	return true;
}

/* Reads the files that may have changed. True when there is nothing left to wait for.
 */
static bool all_check(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct lease_file *file = run->releases[i].file;

		if (is_first_of_file(run, i) &&
		    (lease_file_changed(file, &run->seen[i]) || reads_needed(file) > 1))
			file_check(run, file);
	}
	for (size_t i = 0; i < run->count; i++) {
		if (run->releases[i].state == RELEASE_UNCONFIRMED)
			return false;
	}
	return true;
}

static void reply_take(struct run *run, const struct release_reply *reply)
{
	for (size_t i = 0; i < run->count; i++) {
		struct release *release = &run->releases[i];
		CLEANUP(buf_free) struct buf message = {0};

		if (release->transaction != reply->transaction ||
		    release->state != RELEASE_UNCONFIRMED || !reply->status)
			continue;
		text_add_printable(&message, reply->message);
		error_set(&release->error, "the server says: status %u: %s",
			  reply->status, buf_text(&message));
	}
}

/* Receives DHCPv6 replies, until the files are to be read again, or until `at_ms`. */
static void wait_until(struct run *run, uint64_t at_ms)
{
	struct pollfd polls[8];
	nfds_t count = 0;
	int left_ms = clock_left_ms(at_ms);

	array_foreach(link, &run->links) {
		if (link->v6_fd >= 0 && count < ARRAY_LENGTH(polls))
			polls[count++] = (struct pollfd){.fd = link->v6_fd,
							 .events = POLLIN};
	}
	poll(polls, count, left_ms < LOOK_MS ? left_ms : LOOK_MS);
	array_foreach(link, &run->links) {
		struct release_reply reply;

		/* Each release has one reply; others are for other clients. */
		for (size_t i = 0; i < run->count && release_link_receive(link, &reply);
		     i++)
			reply_take(run, &reply);
	}
}

static void transactions_choose(struct run *run)
{
	uint32_t start = 0;

	(void)!getrandom(&start, sizeof(start), GRND_NONBLOCK);
	for (size_t i = 0; i < run->count; i++)
		run->releases[i].transaction = (start + (uint32_t)i) &
					       RELEASE_TRANSACTION_MAX;
}

/* Waits until all leases are removed or the time is over. */
static void state_conclude(struct release *release)
{
	if (release->state != RELEASE_UNCONFIRMED)
		return;
	if (release->renewed)
		release->state = RELEASE_RENEWED;
	else if (release->error.message)
		release->state = RELEASE_FAILED;
}

void release_run(struct release *releases, size_t count, unsigned int wait_ms)
{
	CLEANUP(run_free)
	struct run run = {
		.releases = releases,
		.count = count,
		.seen = mem_zero(count, sizeof(*run.seen)),
	};
	uint64_t start_ms = clock_ms(), resend_ms = start_ms + RESEND_MS;
	uint64_t end_ms = start_ms + wait_ms;

	transactions_choose(&run);
	all_send(&run, first_send);
	while (clock_left_ms(end_ms) && !all_check(&run)) {
		if (!clock_left_ms(resend_ms)) {
			all_send(&run, again_send);
			resend_ms += RESEND_MS;
		}
		wait_until(&run, resend_ms < end_ms ? resend_ms : end_ms);
	}
	for (size_t i = 0; i < count; i++)
		state_conclude(&releases[i]);
}

const char *release_state_text(enum release_state state)
{
	static const char *const texts[] = {
		[RELEASE_FAILED] = "not released",
		[RELEASE_UNCONFIRMED] = "release sent, not confirmed",
		[RELEASE_CONFIRMED] = "released, confirmed",
		[RELEASE_RENEWED] = "renewed meanwhile, left alone",
	};

	return texts[state];
}

void release_free(struct release *release)
{
	if (release)
		error_free(&release->error);
}
