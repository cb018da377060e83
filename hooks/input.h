/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads from a file descriptor until a deadline. */
#ifndef HOOKS_INPUT_H
#define HOOKS_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

/*
 * Appends everything from `fd` until end of file. Fails above `max_size` bytes, and when
 * the end has not come by `until_ms` (clock_ms()).
 */
int input_read(int fd, size_t max_size, uint64_t until_ms, struct buf *contents,
	       struct error *error);

#endif
