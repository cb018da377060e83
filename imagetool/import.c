/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image out of a file or a pipe into the pools of hypervisors. */
#define _GNU_SOURCE
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "common/mem.h"
#include "imagetool/import.h"
#include "imagetool/import_upload.h"
#include "imagetool/import_progress.h"

enum {
	/* Small enough to stay in a processor's cache. */
	PART_SIZE = 2 * IMPORT_MESSAGE_SIZE,
	PART_COUNT = 8,
	WAIT_MS = 200,
};

/* The first part, or all there is to know of a file that can be read twice. */
static int facts_look(struct import *import, struct error *error)
{
	struct image_reader reader;
	uint64_t hole;

	if (image_source_reader(import->source, &reader) == 0) {
		import->job.head.size = VOLUME_HEAD_SIZE;
		if (import->job.head.size > reader.size_bytes)
			import->job.head.size = (size_t)reader.size_bytes;
		if (image_reader_read(&reader, 0, import->job.head.bytes,
				      import->job.head.size, error) < 0)
			return -1;
		return image_facts_read(&reader, &import->facts, error);
	}
	import->start = mem_resize(NULL, PART_SIZE, 1);
	if (image_source_read(import->source, import->start, PART_SIZE,
			      &import->start_size, &hole, error) < 0)
		return -1;
	import->job.head.size = import->start_size < VOLUME_HEAD_SIZE ? import->start_size
		: VOLUME_HEAD_SIZE;
	memcpy(import->job.head.bytes, import->start, import->job.head.size);
	image_facts_start(import->start,
			  import->start_size < IMAGE_START_SIZE ? import->start_size
								: IMAGE_START_SIZE,
			  &import->facts);
	return 0;
}

static int name_find(struct import *import, struct error *error)
{
	const struct import_options *options = import->options;

	if (options->as) {
		if (image_name_parse(options->as, strlen(options->as), &import->job.name,
				     error) < 0 ||
		    image_name_check_canonical(options->as, &import->job.name, error) < 0)
			return error_context(error, "%s", options->as);
	} else if (!strcmp(options->file, "-")) {
		return error_set(error, "standard input has no name; --as decides it");
	} else if (name_decide(options->file, &options->hints, &import->facts,
			       &import->job.name, error) < 0) {
		return error_context(error, "%s", options->file);
	}
	image_name_format(&import->job.name, import->job.id);
	return 0;
}

int import_open(struct import *import, struct error *error)
{
	const struct import_options *options = import->options;
	int cancel_fd = interrupt_fd();
	struct image_source_options source_options = {
		.max_size_bytes = options->max_size_bytes,
		.checksum = options->has_checksum ? &options->checksum.type : NULL,
		.cancel_fd = &cancel_fd,
	};

	import->source = image_source_open(options->file, &source_options, error);
	if (!import->source || facts_look(import, error) < 0)
		return error_context(error, "%s", options->file);
	if (name_find(import, error) < 0)
		return -1;
	image_facts_check_name(&import->facts, &import->job.name);
	image_facts_check_size(&import->facts, options->max_size_bytes);
	if (image_facts_refuse(&import->facts, error) < 0)
		return error_context(error, "%s", options->file);
	return 0;
}

/* A thread for each target that has not failed. */
static void targets_start(struct import *import, void *(*run)(void *))
{
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		if (target->failed)
			continue;
		target->has_thread = pthread_create(&target->thread, NULL, run, target) ==
				     0;
		if (target->has_thread)
			continue;
		error_set(&target->error, "can't start a thread");
		import_target_fail(target);
	}
}

/* Waits for the threads; -1 when no target is left. */
static int targets_join(struct import *import)
{
	size_t good = 0;

	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		if (target->has_thread)
			pthread_join(target->thread, NULL);
		target->has_thread = false;
		good += !target->failed;
	}
	return good ? 0 : -1;
}

static void *check_run(void *target)
{
	import_target_check(target);
	return NULL;
}

static void *prepare_run(void *target)
{
	import_target_prepare(target);
	return NULL;
}

static void *publish_run(void *target)
{
	import_target_publish(target);
	return NULL;
}

int import_check(struct import *import)
{
	/* Not to be left to the first of the threads. */
	xmlInitParser();
	targets_start(import, check_run);
	return targets_join(import);
}

/* The next part of the image; size and hole are 0 at its end. */
static int part_read(struct import *import, struct part *part, struct error *error)
{
	if (import->start_size) {
		memcpy(part->data, import->start, import->start_size);
		part->size = import->start_size;
		part->hole = 0;
		import->start_size = 0;
		return 0;
	}
	return image_source_read(import->source, part->data, PART_SIZE, &part->size,
				 &part->hole, error);
}

/* Nobody waits for a hypervisor that keeps silent. */
static void uploads_watch(struct import *import, struct broadcast *broadcast)
{
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_upload *sending = import->targets[i].upload;

		if (sending && import_upload_is_silent(sending))
			broadcast_leave(broadcast, i);
	}
}

/* Feeds the targets until the image ends or none of them takes any more of it. */
static int parts_feed(struct import *import, struct broadcast *broadcast,
		      struct import_progress *progress, uint64_t *total,
		      struct error *error)
{
	struct part *part;

	for (;;) {
		import_progress_show(progress, image_source_position(import->source));
		if (interrupt_came())
			return error_set(error, "interrupted");
		if (!broadcast_has_consumers(broadcast))
			return 0;
		part = broadcast_room(broadcast, WAIT_MS);
		if (!part) {
			uploads_watch(import, broadcast);
			continue;
		}
		if (part_read(import, part, error) < 0) {
			if (interrupt_came())
				error_set(error, "interrupted");
			return error_context(error, "%s", import->options->file);
		}
		if (!part->size && !part->hole)
			return 0;
		*total += part->size + part->hole;
		broadcast_put(broadcast);
	}
}

static void uploads_begin(struct import *import, struct broadcast *broadcast)
{
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		if (target->failed) {
			broadcast_leave(broadcast, i);
			continue;
		}
		target->upload = import_upload_begin(target, broadcast, i,
						     &target->error);
		if (!target->upload)
			import_target_fail(target);
	}
}

/* Whether nobody uses the broadcast any more. */
static bool uploads_end(struct import *import)
{
	bool ended = true;

	for (size_t i = 0; i < import->target_count; i++)
		if (import->targets[i].upload)
			ended &= import_target_sent(&import->targets[i]);
	return ended;
}

static int upload(struct import *import, uint64_t *total, struct error *error)
{
	struct broadcast *broadcast = broadcast_new(import->target_count, PART_COUNT,
						    PART_SIZE);
	struct import_progress progress;
	uint64_t size;
	bool has_size = image_source_size(import->source, &size) == 0;
	int status;

	import_progress_begin(&progress, import->options->show_progress, import->job.id,
			      has_size ? &size : NULL);
	uploads_begin(import, broadcast);
	status = parts_feed(import, broadcast, &progress, total, error);
	broadcast_end(broadcast, status == 0);
	if (uploads_end(import))
		broadcast_free(broadcast);
	import_progress_end(&progress);
	return status;
}

static int checksum_check(struct import *import, struct error *error)
{
	const struct import_options *options = import->options;
	char expected_text[CHECKSUM_TEXT_MAX], got_text[CHECKSUM_TEXT_MAX];
	struct checksum got;

	if (!options->has_checksum)
		return 0;
	got = image_source_checksum(import->source);
	if (checksum_is_same(&got, &options->checksum))
		return 0;
	return error_set(error, "%s: its checksum is %s, not %s", options->file,
			 checksum_text(&got, got_text),
			 checksum_text(&options->checksum, expected_text));
}

/*
 * What came out of a pipe is looked at where it is now. Every target got the same, so one
 * is enough; where reading back fails, that one has failed.
 */
static int content_check(struct import *import, struct error *error)
{
	struct image_reader reader;

	if (!import->start)
		return 0;
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		if (target->failed)
			continue;
		image_facts_free(&import->facts);
		reader = import_target_reader(target);
		if (image_facts_read(&reader, &import->facts, &target->error) < 0) {
			import_target_fail(target);
			continue;
		}
		image_facts_check_name(&import->facts, &import->job.name);
		image_facts_check_size(&import->facts, import->options->max_size_bytes);
		if (image_facts_refuse(&import->facts, error) < 0)
			return error_context(error, "%s", import->options->file);
		return 0;
	}
	return 0;
}

int import_send(struct import *import, struct error *error)
{
	uint64_t total = 0;

	targets_start(import, prepare_run);
	if (targets_join(import) < 0)
		return 0;
	if (upload(import, &total, error) < 0)
		return -1;
	if (checksum_check(import, error) < 0 || content_check(import, error) < 0)
		return -1;
	if (interrupt_came())
		return error_set(error, "interrupted");
	targets_start(import, publish_run);
	targets_join(import);
	return 0;
}

void import_free(struct import *import)
{
	for (size_t i = 0; i < import->target_count; i++)
		import_target_free(&import->targets[i]);
	free(import->targets);
	image_source_free(import->source);
	image_facts_free(&import->facts);
	free(import->start);
}
