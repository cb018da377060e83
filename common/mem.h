/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory: allocation that does not return NULL, and overflow-checked growing arrays. */
#ifndef COMMON_MEM_H
#define COMMON_MEM_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Every input has a maximum, so running out of memory is not a condition that one
 * function could mend. All functions here end the program by mem_exhausted() instead of
 * returning NULL. Whatever was under way is then in the state that kill -9 leaves, which
 * every tool recovers from on its next run.
 */

/* Prints a line and exits with 3. Weak: a program that must end otherwise defines its
 * own. */
_Noreturn void mem_exhausted(void);

/* The caller owns the result and frees it with free(). mem_zero() sets it to zero. */
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *memory, size_t count, size_t size);
void *mem_copy(const void *data, size_t size);
char *mem_string(const char *text); /* NULL gives NULL */
char *mem_substring(const char *text, size_t length);
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vformat(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

/*
 * A growing array: `ARRAY(struct lease) leases = {0};`. It owns `items` (free() them),
 * not what the items own. Zeroed is empty.
 */
#define ARRAY(type)              \
	struct {                 \
		type *items;     \
		size_t count;    \
		size_t capacity; \
	}

/* Appends one zeroed item, gives its address; valid until the next array_add(). */
#define array_add(array)                                                                 \
	((array)->items = array_room((array)->items, (array)->count, &(array)->capacity, \
				     sizeof(*(array)->items)),                           \
	 &(array)->items[(array)->count++])

/* For array_add(): makes room for item number `count` and zeroes it. */
void *array_room(void *items, size_t count, size_t *capacity, size_t item_size);

/* for (each item of an array, also of one that is const) */
#define array_foreach(item, array)                                               \
	for (typeof(*(array)->items) *                                           \
		     item = (array)->items,                                      \
		    *end_##item = (array)->count ? item + (array)->count : item; \
	     item != end_##item; item++)

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
