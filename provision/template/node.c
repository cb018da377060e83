/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parse tree of templates. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/template/node.h"
#include "provision/template/unicode.h"

const char node_data_name[] = "$";

/* Whether the text is white space as Unicode defines it, as Go's strings.TrimSpace()
 * does. */
static bool text_is_space(const struct span *text)
{
	size_t length;

	for (size_t at = 0; at < text->size; at += length) {
		uint32_t point = unicode_decode(text->at + at, text->size - at, &length);
		bool space = (point >= '\t' && point <= '\r') || point == ' ' ||
			     point == 0x85 || point == 0xa0 || point == 0x1680 ||
			     (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
			     point == 0x2029 || point == 0x202f || point == 0x205f ||
			     point == 0x3000;

		if (!space)
			return false;
	}
	return true;
}

bool node_list_is_empty(const struct node *list)
{
	for (; list; list = list->next)
		if (list->type != NODE_TEXT || !text_is_space(&list->text))
			return false;
	return true;
}

size_t source_line(const struct source *source, size_t at)
{
	const char *text = source->text, *end = text + at;
	size_t line = 1;

	while ((text = memchr(text, '\n', (size_t)(end - text)))) {
		text++;
		line++;
	}
	return line;
}

size_t source_column(const struct source *source, size_t at)
{
	const char *newline = at ? memrchr(source->text, '\n', at) : NULL;

	return newline ? (size_t)(source->text + at - newline) : at + 1;
}

int source_error(struct error *error, const struct source *source, size_t at,
		 const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	return error_set(error, "%s:%zu:%zu: %s", source->name, source_line(source, at),
			 source_column(source, at), reason);
}
