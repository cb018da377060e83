/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of virsh in messages, which can be pasted into a shell. */
#include <stdarg.h>

#include "common/text.h"
#include "common/virsh.h"

static void command_add(struct buf *text, const char *uri, va_list words)
{
	const char *word;

	buf_add_string(text, "virsh");
	if (uri) {
		buf_add_string(text, " -c ");
		text_add_shell(text, uri);
	}
	while ((word = va_arg(words, const char *))) {
		buf_add_char(text, ' ');
		text_add_shell(text, word);
	}
}

void virsh_add(struct buf *text, const char *uri, ...)
{
	va_list words;

	va_start(words, uri);
	command_add(text, uri, words);
	va_end(words);
}

char *virsh_text(const char *uri, ...)
{
	struct buf text = {0};
	va_list words;

	va_start(words, uri);
	command_add(&text, uri, words);
	va_end(words);
	return buf_take(&text);
}
