/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits, each time longer, while libvirt is busy with a task of another client. */
#ifndef COMMON_BACK_OFF_H
#define COMMON_BACK_OFF_H

#include <stdbool.h>

enum { BACK_OFF_MAX_MS = 30 * 1000 };

/* Zeroed at first. */
struct back_off {
	unsigned int waited_ms;
	bool is_rolled_back; /* the program was interrupted before */
};

/* Waits, each time longer. False without waiting after BACK_OFF_MAX_MS in total, or when
 * the program is interrupted (common/interrupt.h). */
bool back_off_wait(struct back_off *back_off);

#endif
