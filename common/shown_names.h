/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in a message, of which only the first are shown. */
#ifndef COMMON_SHOWN_NAMES_H
#define COMMON_SHOWN_NAMES_H

#include "common/buf.h"

/* Zeroed, it is empty and shows 8 names. */
struct shown_names {
	struct buf text;
	size_t count;
	size_t max; /* 0: 8 */
};

void shown_names_add(struct shown_names *list, const char *name);

/* "a, b, c", or "a, b and 7 more"; owned by the list, which takes no more names. */
const char *shown_names_text(struct shown_names *list);

void shown_names_free(struct shown_names *list);

#endif
