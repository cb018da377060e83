/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Releases the leases of results at the dnsmasq of this host. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "leases/lease_file.h"
#include "leases/release_results.h"

/* Each time a file is read, all its leases are compared with all of a batch. */
enum { BATCH_MAX = 128 };

struct work {
	struct lease_file *files; /* allocated once, since `releases` points to them */
	size_t file_count;
	struct release releases[BATCH_MAX];
	struct release_outcome *outcomes[BATCH_MAX]; /* of each release */
	size_t release_count;
};

static const struct lease_file *file_find(struct work *work, const char *directory,
					  const char *bridge, struct error *error)
{
	struct lease_file *file;

	for (size_t i = 0; i < work->file_count; i++) {
		if (!strcmp(work->files[i].bridge, bridge))
			return &work->files[i];
	}
	file = &work->files[work->file_count];
	if (lease_file_find(directory, bridge, file, error) < 0)
		return NULL;
	if (!file->path) {
		error_set(error, "%s: no lease file of bridge %s", directory, bridge);
		lease_file_free(file);
		return NULL;
	}
	work->file_count++;
	return file;
}

static void outcome_add(struct work *work, const char *directory,
			struct release_outcome *outcome)
{
	const struct lease *lease = &outcome->result->lease;
	const struct lease_file *file = NULL;

	outcome->state = RELEASE_FAILED;
	if (!directory)
		error_set(&outcome->error,
			  "leases are released on the hypervisor itself only");
	else if (lease->bridge)
		file = file_find(work, directory, lease->bridge, &outcome->error);
	else
		error_set(&outcome->error, "its bridge is not known");
	if (!file)
		return;
	work->outcomes[work->release_count] = outcome;
	work->releases[work->release_count++] = (struct release){.lease = lease,
								 .file = file};
}

static void batch_release(struct work *work, unsigned int wait_ms)
{
	release_run(work->releases, work->release_count, wait_ms);
	for (size_t i = 0; i < work->release_count; i++) {
		struct release *release = &work->releases[i];

		work->outcomes[i]->state = release->state;
		work->outcomes[i]->error = release->error;
		release->error = (struct error){0};
		release_free(release);
	}
	work->release_count = 0;
}

void results_release(struct release_outcome *outcomes, size_t count,
		     const char *directory, unsigned int wait_ms)
{
	struct work work = {.files = mem_zero(count, sizeof(*work.files))};

	for (size_t i = 0; i < count; i++) {
		outcome_add(&work, directory, &outcomes[i]);
		if (work.release_count == BATCH_MAX || i + 1 == count)
			batch_release(&work, wait_ms);
	}
	for (size_t i = 0; i < work.file_count; i++)
		lease_file_free(&work.files[i]);
	free(work.files);
}

const char *release_outcome_word(const struct release_outcome *outcome)
{
	static const char *const words[] = {
		[RELEASE_FAILED] = "failed",
		[RELEASE_UNCONFIRMED] = "unconfirmed",
		[RELEASE_CONFIRMED] = "released",
		[RELEASE_RENEWED] = "renewed",
	};

	return words[outcome->state];
}
