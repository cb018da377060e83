/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One producer, consumers that are fast, slow, or leave. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "common/mem.h"
#include "imagetool/broadcast.h"
#include "tests/unit/tap.h"

enum { CONSUMERS = 3, PARTS = 2000, SLOTS = 4, SIZE = 64 };

struct reader {
	struct broadcast *broadcast;
	size_t number;
	size_t leave_after;
	size_t got;
	bool in_order;
	enum broadcast_result result;
};

static void *reader_run(void *context)
{
	struct reader *reader = context;
	const struct part *part;

	reader->in_order = true;
	while (reader->got < reader->leave_after) {
		reader->result = broadcast_get(reader->broadcast, reader->number, &part);
		if (reader->result != BROADCAST_PART)
			break;
		if (reader->number == 1)
			sched_yield();
		for (size_t i = 0; i < part->size; i++)
			if (part->data[i] != (uint8_t)reader->got)
				reader->in_order = false;
		if (part->size != SIZE || part->hole)
			reader->in_order = false;
		reader->got++;
	}
	broadcast_leave(reader->broadcast, reader->number);
	return NULL;
}

/* Gives how many parts were put before nobody wanted more. */
static size_t produce(struct broadcast *broadcast, size_t count)
{
	size_t put = 0;

	while (put < count && broadcast_has_consumers(broadcast)) {
		struct part *part = broadcast_room(broadcast, 1000);

		if (!part)
			continue;
		memset(part->data, (int)put, SIZE);
		part->size = SIZE;
		part->hole = 0;
		broadcast_put(broadcast);
		put++;
	}
	return put;
}

static void test_run(const size_t *leave_after, size_t count, bool whole,
		     const char *description)
{
	struct broadcast *broadcast = broadcast_new(CONSUMERS, SLOTS, SIZE);
	struct reader readers[CONSUMERS];
	pthread_t threads[CONSUMERS];

	for (size_t i = 0; i < CONSUMERS; i++) {
		readers[i] = (struct reader){
			.broadcast = broadcast,
			.number = i,
			.leave_after = leave_after[i],
		};
		pthread_create(&threads[i], NULL, reader_run, &readers[i]);
	}
	produce(broadcast, count);
	broadcast_end(broadcast, whole);
	for (size_t i = 0; i < CONSUMERS; i++) {
		bool left = leave_after[i] <= count;

		pthread_join(threads[i], NULL);
		tap_ok(readers[i].in_order, "%s: consumer %zu: all in order", description,
		       i);
		if (left)
			tap_number(readers[i].got, leave_after[i],
				   "%s: consumer %zu left", description, i);
		else if (whole)
			tap_number(readers[i].got, count, "%s: consumer %zu got all",
				   description, i);
		if (!left)
			tap_number(readers[i].result,
				   whole ? BROADCAST_COMPLETE : BROADCAST_FAILED,
				   "%s: consumer %zu knows how it ended", description, i);
	}
	tap_ok(!broadcast_has_consumers(broadcast), "%s: nobody is left", description);
	tap_ok(!broadcast_room(broadcast, 0), "%s: and there is no room", description);
	broadcast_free(broadcast);
}

int main(void)
{
	struct broadcast *full = broadcast_new(1, 2, 1);

	test_run((size_t[]){SIZE_MAX, SIZE_MAX, SIZE_MAX}, PARTS, true, "all stay");
	test_run((size_t[]){SIZE_MAX, 10, SIZE_MAX}, PARTS, true, "one leaves");
	test_run((size_t[]){5, 10, 0}, PARTS, true, "all leave");
	test_run((size_t[]){SIZE_MAX, SIZE_MAX, SIZE_MAX}, 100, false, "it fails");
	test_run((size_t[]){SIZE_MAX, SIZE_MAX, SIZE_MAX}, 0, true, "nothing");
	for (int i = 0; i < 2; i++) {
		tap_ok(broadcast_room(full, 0), "room for part %d", i + 1);
		broadcast_put(full);
	}
	tap_ok(!broadcast_room(full, 10), "none for a third that nobody has taken");
	broadcast_free(full);
	return tap_done();
}
