/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Imports an image from a file or a pipe into the pools of hypervisors. */
#define _GNU_SOURCE
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "common/mem.h"
#include "common/virt_asker.h"
#include "imagetool/broadcast.h"
#include "imagetool/image_facts.h"
#include "imagetool/image_source.h"
#include "imagetool/import.h"
#include "imagetool/import_owner.h"
#include "imagetool/import_progress.h"
#include "imagetool/import_publish.h"
#include "imagetool/import_reader.h"
#include "imagetool/import_target.h"
#include "imagetool/import_upload.h"
#include "imagetool/import_volume.h"

enum {
	/* Small enough to stay in a processor's cache. */
	PART_SIZE = 2 * IMPORT_MESSAGE_SIZE,
	PART_COUNT = 8,
	WAIT_MS = 200,
};

struct import {
	const struct import_options *options;
	struct import_job job;
	int owner; /* descriptor that keeps job.owner alive; -1: not yet */
	struct import_target *targets;
	size_t target_count;
	struct image_source *source;
	uint8_t *start; /* first bytes of a source that can't be read twice, else NULL */
	size_t start_size;
	struct image_facts facts;
};

/* Reads the first bytes of a pipe; they are sent later. */
static int start_read(struct import *import, struct error *error)
{
	size_t head_size, facts_size;
	uint64_t hole;

	import->start = mem_resize(NULL, PART_SIZE, 1);
	if (image_source_read(import->source, import->start, PART_SIZE,
			      &import->start_size, &hole, error) < 0)
		return -1;
	head_size = import->start_size < VOLUME_HEAD_SIZE ? import->start_size
							  : VOLUME_HEAD_SIZE;
	import->job.head.size = head_size;
	memcpy(import->job.head.bytes, import->start, head_size);
	facts_size = import->start_size < IMAGE_START_SIZE ? import->start_size
							   : IMAGE_START_SIZE;
	image_facts_start(import->start, facts_size, &import->facts);
	return 0;
}

/* Facts from the whole file, or from the first bytes of a pipe. */
static int facts_read(struct import *import, struct error *error)
{
	struct image_reader reader;

	if (image_source_reader(import->source, &reader) < 0)
		return start_read(import, error);
	import->job.head.size = VOLUME_HEAD_SIZE;
	if (import->job.head.size > reader.size_bytes)
		import->job.head.size = (size_t)reader.size_bytes;
	if (image_reader_read(&reader, 0, import->job.head.bytes, import->job.head.size,
			      error) < 0)
		return -1;
	return image_facts_read(&reader, &import->facts, error);
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
		return error_set(error, "standard input has no name; give one with --as");
	} else if (name_decide(options->file, &options->hints, &import->facts,
			       &import->job.name, error) < 0) {
		return error_context(error, "%s", options->file);
	}
	image_name_format(&import->job.name, import->job.id);
	return 0;
}

static int source_open(struct import *import, struct error *error)
{
	const struct import_options *options = import->options;
	int cancel_fd = interrupt_fd();
	struct image_source_options source_options = {
		.max_size_bytes = options->max_size_bytes,
		.checksum = options->has_checksum ? &options->checksum.type : NULL,
		.cancel_fd = &cancel_fd,
	};

	import->source = image_source_open(options->file, &source_options, error);
	if (!import->source || facts_read(import, error) < 0)
		return error_context(error, "%s", options->file);
	if (name_find(import, error) < 0)
		return -1;
	image_facts_check_name(&import->facts, &import->job.name);
	image_facts_check_size(&import->facts, options->max_size_bytes);
	if (image_facts_refuse(&import->facts, error) < 0)
		return error_context(error, "%s", options->file);
	return 0;
}

static void targets_create(struct import *import)
{
	const struct import_options *options = import->options;

	import->target_count = options->uri_count ? options->uri_count : 1;
	import->targets = mem_zero(import->target_count, sizeof(*import->targets));
	for (size_t i = 0; i < import->target_count; i++) {
		const char *uri = options->uri_count ? options->uris[i] : NULL;

		import->targets[i] = (struct import_target){
			.job = &import->job,
			.number = (uint32_t)i,
			.uri = uri,
			.result.place = uri ? uri : "libvirt's default hypervisor",
			.folder = -1,
			.file = -1,
		};
	}
}

struct import *import_open(const struct import_options *options, struct error *error)
{
	struct import *import = mem_zero(1, sizeof(*import));

	import->options = options;
	import->job.pool_name = options->pool_name;
	import->job.replace = options->replace;
	import->job.dry_run = options->dry_run;
	import->job.safe = options->safe;
	import->owner = -1;
	targets_create(import);
	if (source_open(import, error) == 0)
		return import;
	import_free(import);
	return NULL;
}

const char *import_id(const struct import *import)
{
	return import->job.id;
}

void import_undo_begin(struct import *import)
{
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		target->asker = virt_asker_begin(target->connection);
		interrupt_undo_begin(import->job.id, virt_asker_place(target->asker));
	}
}

void import_undo_end(struct import *import)
{
	/* Each of them ends any one, so that none asks any more after all have. */
	for (size_t i = 0; i < import->target_count; i++)
		interrupt_undo_end(import->job.id);
	for (size_t i = 0; i < import->target_count; i++)
		virt_asker_end(import->targets[i].asker);
}

/* What targets_run() runs in a thread. */
struct task {
	pthread_t thread;
	bool is_running;
	int (*run)(struct import_target *target);
	struct import_target *target;
};

static void *task_run(void *context)
{
	struct task *task = context;

	task->run(task->target);
	return NULL;
}

/* Runs a step on all hypervisors that have not failed, at the same time; -1 when none is
 * left after it. */
static int targets_run(struct import *import, int (*run)(struct import_target *target))
{
	CLEANUP(free_ptr)
	struct task *tasks = mem_zero(import->target_count, sizeof(*tasks));
	int status = -1;

	for (size_t i = 0; i < import->target_count; i++) {
		tasks[i].run = run;
		tasks[i].target = &import->targets[i];
		if (tasks[i].target->result.failed)
			continue;
		tasks[i].is_running = pthread_create(&tasks[i].thread, NULL, task_run,
						     &tasks[i]) == 0;
		if (tasks[i].is_running)
			continue;
		error_set(&tasks[i].target->result.error, "can't start a thread");
		import_target_fail(tasks[i].target);
	}
	for (size_t i = 0; i < import->target_count; i++) {
		if (tasks[i].is_running)
			pthread_join(tasks[i].thread, NULL);
		if (!tasks[i].target->result.failed)
			status = 0;
	}
	return status;
}

static int all_fail(struct import *import, const struct error *error)
{
	for (size_t i = 0; i < import->target_count; i++) {
		error_set(&import->targets[i].result.error, "%s", error_text(error));
		import_target_fail(&import->targets[i]);
	}
	return -1;
}

/* The image that a dry run would have created. */
static void image_expect(struct import_target *target)
{
	const struct import_job *job = target->job;

	if (target->result.failed)
		return;
	target->result.image = (struct image){
		.id = mem_string(job->id),
		.name = job->name,
		.pool_name = mem_string(target->pool.name),
		.path = mem_format("%s/%s", target->pool.path, job->id),
	};
}

/* Whether the image that is to be replaced is in use on any of the hypervisors matters to
 * all of them; -1 when none is left after it. */
static int others_check(struct import *import)
{
	int status = -1;

	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];
		bool failed = target->result.failed;

		for (size_t j = 0; !failed && j < import->target_count; j++)
			failed = j != i && import_target_check_other(
						   target, &import->targets[j]) < 0;
		if (!failed)
			status = 0;
	}
	return status;
}

int import_check(struct import *import)
{
	CLEANUP(error_free) struct error error = {0};
	int status;

	import->owner = import_owner_begin(&import->job.owner, &error);
	if (import->owner < 0)
		return all_fail(import, &error);
	/* Must be called before there are threads. */
	xmlInitParser();
	status = targets_run(import, import_target_check);
	if (status == 0 && import->job.replace)
		status = others_check(import);
	for (size_t i = 0; import->job.dry_run && i < import->target_count; i++)
		image_expect(&import->targets[i]);
	return status;
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

/* Stops waiting for hypervisors that do not answer. */
static void uploads_watch(struct import *import, struct broadcast *broadcast)
{
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_upload *sending = import->targets[i].upload;

		if (sending && import_upload_is_silent(sending))
			broadcast_leave(broadcast, i);
	}
}

/* Sends the image to the broadcast, until it ends or all consumers have left. */
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

		if (target->result.failed)
			broadcast_leave(broadcast, i);
		else
			import_volume_upload(target, broadcast, i);
	}
}

/* Whether no upload uses the broadcast any more. */
static bool uploads_end(struct import *import)
{
	bool ended = true;

	for (size_t i = 0; i < import->target_count; i++)
		if (import->targets[i].upload)
			ended &= import_volume_upload_end(&import->targets[i]);
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
 * An image from a pipe is checked on a hypervisor. All got the same bytes, so one is
 * enough; one that can't read them back has failed.
 */
static int content_check(struct import *import, struct error *error)
{
	struct image_reader reader;

	if (!import->start)
		return 0;
	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		if (target->result.failed)
			continue;
		image_facts_free(&import->facts);
		reader = import_reader(target);
		if (image_facts_read(&reader, &import->facts, &target->result.error) <
		    0) {
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

static int target_ask(struct import_target *target)
{
	return import_target_ask(target) < 0 ? import_target_fail(target) : 0;
}

/* A machine may have got the image while another one was sent. */
static int publish_check(struct import *import)
{
	if (!import->job.replace || import->target_count < 2)
		return 0;
	targets_run(import, target_ask);
	return others_check(import);
}

int import_send(struct import *import, struct error *error)
{
	uint64_t total = 0;

	if (targets_run(import, import_volume_prepare) < 0)
		return 0;
	if (upload(import, &total, error) < 0)
		return -1;
	if (checksum_check(import, error) < 0 || content_check(import, error) < 0)
		return -1;
	if (interrupt_came())
		return error_set(error, "interrupted");
	if (publish_check(import) == 0)
		targets_run(import, import_publish);
	return 0;
}

void import_end(struct import *import)
{
	for (size_t i = 0; i < import->target_count; i++)
		import_volume_close(&import->targets[i]);
}

size_t import_result_count(const struct import *import)
{
	return import->target_count;
}

const struct import_result *import_result(const struct import *import, size_t number)
{
	return &import->targets[number].result;
}

void import_free(struct import *import)
{
	if (!import)
		return;
	for (size_t i = 0; i < import->target_count; i++) {
		import_volume_close(&import->targets[i]);
		import_target_free(&import->targets[i]);
	}
	free(import->targets);
	image_source_free(import->source);
	image_facts_free(&import->facts);
	free(import->start);
	close_fd(&import->owner);
	free(import);
}
