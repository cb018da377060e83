/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One producer, several consumers, each of which gets every part; bounded memory. */
#ifndef IMAGETOOL_BROADCAST_H
#define IMAGETOOL_BROADCAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct broadcast;

/* Bytes, or when `size` is 0 a hole. */
struct part {
	uint8_t *data; /* room for as much as broadcast_new() was told */
	size_t size;
	uint64_t hole;
};

struct broadcast *broadcast_new(size_t consumer_count, size_t part_count,
				size_t part_size);
/* When nobody uses it any more. */
void broadcast_free(struct broadcast *broadcast);

/*
 * For the producer: waits at most `wait_ms` for a part that all consumers are done with.
 * NULL then, and when there are no consumers left.
 */
struct part *broadcast_room(struct broadcast *broadcast, unsigned int wait_ms);
/* Hands over the part that broadcast_room() gave. */
void broadcast_put(struct broadcast *broadcast);
/* There are no more parts; not `whole`: because something failed. */
void broadcast_end(struct broadcast *broadcast, bool whole);
bool broadcast_has_consumers(struct broadcast *broadcast);

enum broadcast_result { BROADCAST_PART, BROADCAST_WHOLE, BROADCAST_FAILED };
/*
 * For consumer number `consumer`, from 0: waits for the next part, borrowed until the
 * next call.
 */
enum broadcast_result broadcast_get(struct broadcast *broadcast, size_t consumer,
				    const struct part **part);
/* The consumer takes no more parts, so that nobody waits for it. */
void broadcast_leave(struct broadcast *broadcast, size_t consumer);

#endif
