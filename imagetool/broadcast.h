/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes parts of a file from one producer to several consumers, in bounded memory. */
#ifndef IMAGETOOL_BROADCAST_H
#define IMAGETOOL_BROADCAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct broadcast;

/* Bytes, or a hole when `size` is 0. */
struct part {
	uint8_t *data; /* has room for broadcast_new()'s `part_size` bytes */
	size_t size;   /* bytes in `data` */
	uint64_t hole; /* bytes */
};

/* Every consumer gets every part; `part_count` parts are in memory at a time. The caller
 * frees it. */
struct broadcast *broadcast_new(size_t consumer_count, size_t part_count,
				size_t part_size);
/* No thread may use it any longer. */
void broadcast_free(struct broadcast *broadcast);

/*
 * For the producer: waits until a part is free that all consumers have finished with, and
 * returns it. NULL after `wait_ms`, and when no consumers are left.
 */
struct part *broadcast_room(struct broadcast *broadcast, unsigned int wait_ms);
/* Passes on the part that broadcast_room() returned. */
void broadcast_put(struct broadcast *broadcast);
/* There are no more parts; `complete` is false when something failed. */
void broadcast_end(struct broadcast *broadcast, bool complete);
bool broadcast_has_consumers(struct broadcast *broadcast);

enum broadcast_result { BROADCAST_PART, BROADCAST_COMPLETE, BROADCAST_FAILED };
/*
 * For consumer number `consumer`, counted from 0: waits for the next part, which is valid
 * until the next call.
 */
enum broadcast_result broadcast_get(struct broadcast *broadcast, size_t consumer,
				    const struct part **part);
/* The consumer takes no more parts, and is not waited for. */
void broadcast_leave(struct broadcast *broadcast, size_t consumer);

#endif
