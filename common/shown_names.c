/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in a message, of which only the first are shown. */
#define _GNU_SOURCE
#include "common/shown_names.h"

enum { MAX_DEFAULT = 8 };

static size_t max(const struct shown_names *list)
{
	return list->max ? list->max : MAX_DEFAULT;
}

void shown_names_add(struct shown_names *list, const char *name)
{
	if (list->count++ < max(list))
		buf_format(&list->text, "%s%s", list->text.size ? ", " : "", name);
}

const char *shown_names_text(struct shown_names *list)
{
	if (list->count > max(list))
		buf_format(&list->text, " and %zu more", list->count - max(list));
	return buf_text(&list->text);
}

void shown_names_free(struct shown_names *list)
{
	buf_free(&list->text);
}
