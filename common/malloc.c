/* SPDX-License-Identifier: GPL-2.0-or-later */
/* malloc(3) and its relatives for a program and its libraries: they never return NULL. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/mem.h"

/*
 * Without memory every library does something else: json-c drops a member or crashes,
 * libxml2 and libisofs report an invalid input, GLib aborts, and libraries of libvirt
 * fail or hang before main(). The dynamic linker finds a program's own malloc() first,
 * for its libraries as well; so these functions call the next one, which is that of the C
 * library or of a preloaded library, and end the program by mem_exhausted() when it
 * fails. free() and what the C library builds on these (strdup, asprintf, ...) stay.
 *
 * Linked into each program that is not static, by its name in the Makefile.
 * https://www.gnu.org/software/libc/manual/html_node/Replacing-malloc.html
 */

/* While dlsym() runs: before glibc 2.34 it allocates, and does without when that fails.
 */
static _Thread_local bool is_searching;

static void *next_find(const char *name)
{
	void *next;

	if (is_searching)
		return NULL;
	is_searching = true;
	next = dlsym(RTLD_NEXT, name);
	is_searching = false;
	return next;
}

/* The next function of that name; NULL only inside of dlsym(). */
#define NEXT(function)                                \
	({                                            \
		static _Atomic(void *) found;         \
		if (!found)                           \
			found = next_find(#function); \
		(typeof(function) *)found;            \
	})

static void *check(void *memory, bool is_wanted)
{
	if (!memory && is_wanted && !is_searching)
		mem_exhausted();
	return memory;
}

void *malloc(size_t size)
{
	typeof(malloc) *next = NEXT(malloc);

	return check(next ? next(size) : NULL, size > 0);
}

void *calloc(size_t count, size_t size)
{
	typeof(calloc) *next = NEXT(calloc);

	return check(next ? next(count, size) : NULL, count && size);
}

/* For size 0 it frees, and may return NULL. */
void *realloc(void *memory, size_t size)
{
	typeof(realloc) *next = NEXT(realloc);

	return check(next ? next(memory, size) : NULL, size > 0);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	typeof(posix_memalign) *next = NEXT(posix_memalign);
	int failure = next ? next(memory, alignment, size) : ENOMEM;

	check(NULL, failure == ENOMEM);
	return failure;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	typeof(aligned_alloc) *next = NEXT(aligned_alloc);

	return check(next ? next(alignment, size) : NULL, errno == ENOMEM);
}

void *memalign(size_t alignment, size_t size)
{
	typeof(memalign) *next = NEXT(memalign);

	return check(next ? next(alignment, size) : NULL, errno == ENOMEM);
}
