/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the disks of new machines have room in their pools. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/batch/machine_volume.h"
#include "provision/plan/plan_room.h"

struct room {
	uint64_t bytes;
	size_t disks;
};

static void room_take(struct room *room, uint64_t bytes)
{
	if (__builtin_add_overflow(room->bytes, bytes, &room->bytes))
		room->bytes = UINT64_MAX;
	room->disks++;
}

/* Several sections can be one hypervisor. */
static bool is_same_pool(const struct facts *one, const struct facts *other)
{
	return one == other || (facts_are_same(one, other) &&
				text_equal(one->root_pool.name, other->root_pool.name));
}

static bool is_known(const struct facts *facts)
{
	return facts->is_reached && facts->root_pool.type;
}

static bool was_before(const struct changes *changes, size_t index)
{
	const struct facts *const *facts = changes->input.facts;

	for (size_t i = 0; i < index; i++)
		if (is_known(facts[i]) && is_same_pool(facts[i], facts[index]))
			return true;
	return false;
}

/* An interrupted run may have created the disk already. */
static bool is_created(const struct change *change)
{
	CLEANUP(free_ptr)
	char *disk = machine_volume_name(change->name, MACHINE_VOLUME_DISK);

	return (change->action == ACTION_CREATE || change->action == ACTION_RESUME) &&
	       change->hash && !facts_volume_find(change->facts, disk);
}

/* Ceph clones an image within its pool without copying it. */
static bool is_thin(const struct change *change)
{
	return change->clone != STORAGE_COPY ||
	       !strcmp(change->facts->root_pool.type, "rbd");
}

/* "pool default of rack1 has 1.0 GiB left, but the disks of 3 machines take 6.0 GiB" */
static char *shortage_text(const struct facts *facts, const char *what,
			   const struct room *room)
{
	const struct facts_pool *pool = &facts->root_pool;
	char needed[NUM_SIZE_TEXT_MAX], unused[NUM_SIZE_TEXT_MAX];
	const char *plural = room->disks == 1 ? "" : "s";

	num_size_text(room->bytes, needed);
	num_size_text(pool->free_bytes, unused);
	if (!strcmp(needed, unused)) /* rounded, they look as if it were enough */
		return mem_format("pool %s of %s has %" PRIu64 " bytes left, but the "
				  "disk%s of %zu machine%s %s %" PRIu64,
				  pool->name, facts->config->name, pool->free_bytes,
				  plural, room->disks, plural, what, room->bytes);
	return mem_format("pool %s of %s has %s left, but the disk%s of %zu machine%s %s "
			  "%s",
			  pool->name, facts->config->name, unused, plural, room->disks,
			  plural, what, needed);
}

static void pool_check(struct changes *changes, const struct facts *facts,
		       struct error_list *errors)
{
	uint64_t free_bytes = facts->root_pool.free_bytes;
	struct room copies = {0}, all = {0};
	CLEANUP(free_ptr) char *text = NULL;

	array_foreach(change, &changes->list) {
		if (!change->facts || !change->machine || !is_created(change) ||
		    !is_same_pool(change->facts, facts))
			continue;
		room_take(&all, change->machine->plan->disk_size_bytes);
		if (!is_thin(change))
			room_take(&copies, change->machine->plan->disk_size_bytes);
	}
	if (copies.bytes > free_bytes) {
		text = shortage_text(facts, copies.disks == 1 ? "takes" : "take",
				     &copies);
		batch_hypervisor_error(facts->config, "root_storage_pool", errors, "%s",
				       text);
	} else if (all.bytes > free_bytes) {
		text = shortage_text(facts, "can grow to", &all);
		error_list_add(&changes->warnings, "%s", text);
	}
}

void plan_room_check(struct changes *changes, struct error_list *errors)
{
	for (size_t i = 0; i < changes->input.batch->hypervisors.count; i++) {
		const struct facts *facts = changes->input.facts[i];

		if (is_known(facts) && !was_before(changes, i))
			pool_check(changes, facts, errors);
	}
}
