/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool remove: deletes images from pools, unless they are in use. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "imagetool/image_lock.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_pool.h"
#include "imagetool/image_use.h"
#include "imagetool/image_verbs.h"
#include "imagetool/import_owner.h"
#include "imagetool/leftovers.h"
#include "imagetool/volume.h"

enum { OPTION_POOL = CLI_LONG };

const struct cli_option image_remove_options[] = {
	{OPTION_POOL, "pool", "POOL", "the pool of images (" IMAGE_POOL_DEFAULT ")"},
	{0},
};

/* A hypervisor. */
struct place {
	const char *uri; /* NULL: libvirt's default */
	virConnectPtr connection;
	struct image_pool pool; /* zeroed when it could not be opened */
	struct import_run run;
};

struct removal {
	struct cli *cli;
	const char *pool_name;
	struct place *places;
	size_t place_count;
	enum image_use *uses; /* on each place, of the image that is being removed */
	int owner;	      /* descriptor that keeps the runs alive */
};

static void removal_free(struct removal *removal)
{
	for (size_t i = 0; i < removal->place_count; i++) {
		image_pool_free(&removal->places[i].pool);
		virConnectClose_ptr(&removal->places[i].connection);
	}
	free(removal->places);
	free(removal->uses);
	close_fd(&removal->owner);
}

static void error_print(const struct removal *removal, const struct place *place,
			const struct error *error)
{
	cli_error(removal->cli, "%s%s%s", place->uri ? place->uri : "",
		  place->uri ? ": " : "", error_text(error));
}

/* How many could not be opened. */
static size_t places_open(const struct removal *removal)
{
	size_t failed = 0;

	for (size_t i = 0; i < removal->place_count; i++) {
		CLEANUP(error_free) struct error error = {0};
		struct place *place = &removal->places[i];

		place->connection = virt_open(place->uri, removal->cli->dry_run, &error);
		if (place->connection &&
		    image_pool_open(place->connection, removal->pool_name, &place->pool,
				    &error) == 0)
			continue;
		cli_error(removal->cli, "%s", error_text(&error));
		failed++;
	}
	return failed;
}

/* Asks all hypervisors before the first of them changes anything. */
static void uses_ask(struct removal *removal, const char *id)
{
	for (size_t i = 0; i < removal->place_count; i++) {
		const struct place *place = &removal->places[i];
		CLEANUP(free_ptr) char *path = NULL;

		removal->uses[i] = IMAGE_USE_UNKNOWN;
		if (!place->pool.pool)
			continue;
		path = mem_format("%s/%s", place->pool.path, id);
		if (!removal->cli->dry_run)
			image_pool_refresh(&place->pool, NULL);
		removal->uses[i] = image_use_ask(place->connection, path, id, NULL);
	}
}

/* What image_delete() refuses anyway is left to it. */
static int others_refuse(const struct removal *removal, const struct place *place,
			 const char *id, struct error *error)
{
	const struct import_run *run = removal->cli->dry_run ? NULL : &place->run;

	if (removal->uses[place - removal->places] == IMAGE_USE_SOME)
		return 0;
	for (size_t i = 0; i < removal->place_count; i++) {
		const struct place *peer = &removal->places[i];
		const struct image_other other = {
			.place = peer->uri,
			.pool = peer->pool.pool,
			.use = removal->uses[i],
		};

		if (peer != place &&
		    image_other_refuse(place->pool.pool, id, &other, run, error) < 0)
			return -1;
	}
	return 0;
}

/* Whether the image is incomplete: 1, 0, or -1 on failure. */
static int is_marked(const struct image_pool *pool, const char *id, struct error *error)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	if (image_marks_read(pool->pool, &marks, error) < 0)
		return -1;
	return image_marks_has(&marks, id);
}

/* Finishes or removes what an import of the image has left; fails while it runs. */
static int marked_finish(const struct removal *removal, const struct place *place,
			 const char *id, struct error *error)
{
	CLEANUP(error_list_free) struct error_list notes = {0};
	struct image_lock lock;
	int status;

	if (removal->cli->dry_run)
		return error_set(error,
				 "%s is incomplete: an import of it was interrupted, or "
				 "is running",
				 id);
	if (image_lock_take(&place->pool, &place->run, id, false, &lock, error) < 0)
		return -1;
	status = leftovers_finish(&place->pool, id, &lock, &notes, error);
	image_lock_release(&lock);
	for (size_t i = 0; i < notes.count; i++)
		cli_note(removal->cli, "%s", notes.messages[i]);
	return status;
}

/* 1: what an import had left of the image was removed, 0: the image was, or would be; -1
 * on failure. */
static int image_remove(const struct removal *removal, const struct place *place,
			const char *id, struct image *image, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	const struct image_pool *pool = &place->pool;
	int marked = is_marked(pool, id, error);

	if (marked < 0 || (marked && marked_finish(removal, place, id, error) < 0))
		return -1;
	if (marked && volume_lookup(pool->pool, id, &volume, error) < 0)
		return -1;
	if (marked && !volume)
		return 1;
	if (image_pool_find(pool, id, image, error) < 0 ||
	    others_refuse(removal, place, id, error) < 0)
		return -1;
	return image_delete(pool, id, removal->cli->dry_run ? NULL : &place->run, error);
}

/* Removes an image from all hypervisors; continues after one that refuses,
 * and returns whether any did. */
static bool image_remove_all(struct removal *removal, const char *id,
			     struct output *output)
{
	bool any_failed = false;

	if (removal->place_count > 1)
		uses_ask(removal, id);
	for (size_t i = 0; i < removal->place_count; i++) {
		CLEANUP(error_free) struct error error = {0};
		CLEANUP(image_free) struct image image = {0};
		const struct place *place = &removal->places[i];
		int status;

		if (!place->pool.pool)
			continue;
		status = image_remove(removal, place, id, &image, &error);
		if (status == 0)
			output_record(output, &image);
		if (status < 0)
			error_print(removal, place, &error);
		any_failed |= status < 0;
	}
	return any_failed;
}

static int removal_begin(struct removal *removal, struct error *error)
{
	const struct cli *cli = removal->cli;
	struct import_owner owner;

	removal->owner = import_owner_begin(&owner, error);
	if (removal->owner < 0)
		return -1;
	removal->place_count = cli->uris.count ? cli->uris.count : 1;
	removal->places = mem_zero(removal->place_count, sizeof(*removal->places));
	removal->uses = mem_zero(removal->place_count, sizeof(*removal->uses));
	for (size_t i = 0; i < removal->place_count; i++) {
		removal->places[i].uri = cli->uris.count ? cli->uris.items[i] : NULL;
		removal->places[i].run = (struct import_run){owner, (uint32_t)i};
	}
	return 0;
}

int image_remove_run(struct cli *cli)
{
	CLEANUP(removal_free)
	struct removal removal = {
		.cli = cli, .pool_name = IMAGE_POOL_DEFAULT, .owner = -1};
	CLEANUP(error_free) struct error error = {0};
	struct output *output;
	bool any_failed = false;
	size_t system;

	while (cli_next(cli) == OPTION_POOL)
		removal.pool_name = cli->value;
	cli_operands(cli, 1, -1);
	if (removal_begin(&removal, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	system = places_open(&removal);
	output = output_begin(stdout, cli->format, image_columns, IMAGE_COLUMN_COUNT,
			      cli->header);
	for (int i = 0; i < cli->operand_count; i++)
		any_failed |= image_remove_all(&removal, cli->operands[i], output);
	return cli_output_end(cli, output,
			      cli_status_of(removal.place_count, system, any_failed));
}
