/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that only goes forward, for deadlines. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past; setting the system's time does not move it.
 */
uint64_t clock_ms(void);

/* Milliseconds until that moment, for poll(2); 0 when it is over. */
int clock_left_ms(uint64_t at_ms);

#endif
