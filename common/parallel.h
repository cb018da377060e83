/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same work on several things, by threads. */
#ifndef COMMON_PARALLEL_H
#define COMMON_PARALLEL_H

#include <stddef.h>

/* Hypervisors that are worked on at a time. */
enum { PARALLEL_HOSTS = 16 };

/*
 * Calls call(data, i) for each i below `count`, in this order, by at most `limit` threads
 * of which the caller's is one, and returns when all have returned. What comes of each
 * belongs into a place of its own, so that it is in the order that was asked.
 */
void parallel(unsigned int limit, size_t count, void (*call)(void *data, size_t i),
	      void *data);

#endif
