/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Monotonic time, for deadlines. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in milliseconds; setting the system's time does not change it. */
uint64_t clock_ms(void);

/* Milliseconds until `at_ms`, for poll(2); 0 when that is over. */
int clock_left_ms(uint64_t at_ms);

#endif
