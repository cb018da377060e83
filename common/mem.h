/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory allocation that never returns NULL, and growing arrays with overflow checks. */
#ifndef COMMON_MEM_H
#define COMMON_MEM_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Every input has a maximum, so that a function can do nothing about a lack of memory.
 * All functions here end the program by mem_exhausted() instead of returning NULL, and so
 * do malloc(3) and its relatives when a library calls them (common/malloc.c). Work that
 * was not finished is then in the same state as after kill -9, from which every tool
 * recovers on its next run.
 */

/*
 * Prints a line and ends the program with 3, immediately: what is in the buffer of
 * standard output is not written, so that half of a result is never taken for all of it.
 * It needs no memory, and may be called anywhere, also before main() and inside of a
 * library. Weak, so that a program can define its own.
 */
_Noreturn void mem_exhausted(void);

/* The caller owns the result and calls free(). mem_zero() returns zeroed memory. */
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *memory, size_t count, size_t size);
void *mem_copy(const void *data, size_t size);
char *mem_string(const char *text); /* NULL for NULL */
char *mem_substring(const char *text, size_t length);
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vformat(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

/*
 * A growing array: `ARRAY(struct lease) leases = {0};`. It owns `items`, to be freed by
 * free(), but not what the items own. Zeroed, it is empty.
 */
#define ARRAY(type)              \
	struct {                 \
		type *items;     \
		size_t count;    \
		size_t capacity; \
	}

/* Appends a zeroed item and returns its address, valid until the next array_add(). */
#define array_add(array)                                                                 \
	((array)->items = array_room((array)->items, (array)->count, &(array)->capacity, \
				     sizeof(*(array)->items)),                           \
	 &(array)->items[(array)->count++])

/* For array_add(): allocates item number `count` and zeroes it. */
void *array_room(void *items, size_t count, size_t *capacity, size_t item_size);

/* for (each item of an array, also of one that is const) */
#define array_foreach(item, array)                                               \
	for (typeof(*(array)->items) *                                           \
		     item = (array)->items,                                      \
		    *end_##item = (array)->count ? item + (array)->count : item; \
	     item != end_##item; item++)

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
