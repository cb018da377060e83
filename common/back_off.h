/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for libvirt to be done with something that it does for somebody else. */
#ifndef COMMON_BACK_OFF_H
#define COMMON_BACK_OFF_H

#include <stdbool.h>

enum { BACK_OFF_MAX_MS = 30 * 1000 };

/* Zeroed is the beginning. */
struct back_off {
	unsigned int waited_ms;
	bool is_rolled_back; /* the program was interrupted before */
};

/* Waits, each time longer; false (and no wait) after BACK_OFF_MAX_MS altogether, or when
 * the program is interrupted meanwhile (common/interrupt.h). */
bool back_off_wait(struct back_off *back_off);

#endif
