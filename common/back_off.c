/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits, each time longer, while libvirt is busy with a task of another client. */
#define _GNU_SOURCE
#include <poll.h>

#include "common/back_off.h"
#include "common/interrupt.h"

enum { STEP_MIN_MS = 20, STEP_MAX_MS = 1000 };

/* False when a signal came. */
static bool step_wait(unsigned int step_ms, bool is_rolled_back)
{
	struct pollfd wait = {.fd = is_rolled_back ? -1 : interrupt_fd(),
			      .events = POLLIN};

	poll(&wait, 1, (int)step_ms);
	return is_rolled_back || !interrupt_came();
}

bool back_off_wait(struct back_off *back_off)
{
	unsigned int step = back_off->waited_ms + STEP_MIN_MS;

	if (back_off->waited_ms >= BACK_OFF_MAX_MS)
		return false;
	if (!back_off->waited_ms)
		back_off->is_rolled_back = interrupt_came();
	if (step > STEP_MAX_MS)
		step = STEP_MAX_MS;
	back_off->waited_ms += step;
	return step_wait(step, back_off->is_rolled_back);
}
