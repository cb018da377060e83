/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Monotonic time, for deadlines. */
#define _GNU_SOURCE
#include <limits.h>
#include <time.h>

#include "common/clock.h"

uint64_t clock_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int clock_left_ms(uint64_t at_ms)
{
	uint64_t now_ms = clock_ms();

	if (now_ms >= at_ms)
		return 0;
	return at_ms - now_ms > INT_MAX ? INT_MAX : (int)(at_ms - now_ms);
}
