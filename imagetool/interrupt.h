/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT, SIGTERM and SIGHUP as something that can be waited for. */
#ifndef IMAGETOOL_INTERRUPT_H
#define IMAGETOOL_INTERRUPT_H

#include <stdbool.h>

#include "common/error.h"

struct interrupt {
	int fd; /* can be read once a signal came; -1 before interrupt_begin() */
	bool came;
};

/*
 * From now on these signals do not end the program. To be called before there are
 * threads. SIGPIPE is ignored.
 */
int interrupt_begin(struct interrupt *interrupt, struct error *error);

/*
 * Whether one of them came, for the main thread. Once it has said so, the next one ends
 * the program at once.
 */
bool interrupt_came(struct interrupt *interrupt);

#endif
