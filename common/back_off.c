/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for libvirt to be done with something that it does for somebody else. */
#define _GNU_SOURCE
#include <time.h>

#include "common/back_off.h"

enum { STEP_MIN_MS = 20, STEP_MAX_MS = 1000 };

bool back_off_wait(struct back_off *back_off)
{
	unsigned int step = back_off->waited_ms + STEP_MIN_MS;
	struct timespec time = {0};

	if (back_off->waited_ms >= BACK_OFF_MAX_MS)
		return false;
	if (step > STEP_MAX_MS)
		step = STEP_MAX_MS;
	time.tv_sec = step / 1000;
	time.tv_nsec = step % 1000 * 1000000L;
	nanosleep(&time, NULL);
	back_off->waited_ms += step;
	return true;
}
