/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory allocation that never returns NULL, and growing arrays with overflow checks. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/mem.h"

__attribute__((weak)) _Noreturn void mem_exhausted(void)
{
	static char reason[] = ": out of memory\n";
	const struct iovec line[] = {
		{program_invocation_short_name, strlen(program_invocation_short_name)},
		{reason, sizeof(reason) - 1}};

	(void)!writev(STDERR_FILENO, line, ARRAY_LENGTH(line));
	_exit(3);
}

void *mem_zero(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		mem_exhausted();
	return memory;
}

void *mem_resize(void *memory, size_t count, size_t size)
{
	void *resized = reallocarray(memory, count ? count : 1, size ? size : 1);

	if (!resized)
		mem_exhausted();
	return resized;
}

void *mem_copy(const void *data, size_t size)
{
	void *copy = mem_resize(NULL, size, 1);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

char *mem_string(const char *text)
{
	return text ? mem_substring(text, strlen(text)) : NULL;
}

char *mem_substring(const char *text, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		mem_exhausted();
	copy = mem_resize(NULL, length + 1, 1);
	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *mem_vformat(const char *format, va_list arguments)
{
	char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		mem_exhausted();
	return text;
}

char *mem_format(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	return text;
}

void *array_room(void *items, size_t count, size_t *capacity, size_t item_size)
{
	if (count == *capacity) {
		size_t grown = *capacity ? *capacity : 8;

		if (__builtin_add_overflow(grown, *capacity ? *capacity : 0, &grown))
			mem_exhausted();
		items = mem_resize(items, grown, item_size);
		*capacity = grown;
	}
	memset((char *)items + count * item_size, 0, item_size);
	return items;
}
