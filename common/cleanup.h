/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scoped cleanup: frees what a variable owns at the end of its scope. */
#ifndef COMMON_CLEANUP_H
#define COMMON_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * CLEANUP(function) before an initialised declaration calls function(&variable) at the
 * end of its scope. The function is the free function of a value (struct buf), and for
 * pointers and descriptors one of those below or one defined by DEFINE_CLEANUP.
 */
#define CLEANUP(function) __attribute__((__cleanup__(function)))

/* Returns the value of an owning pointer and sets the variable to NULL, to transfer its
 * ownership. */
#define TAKE(pointer)                               \
	({                                          \
		typeof(pointer) taken_ = (pointer); \
		(pointer) = NULL;                   \
		taken_;                             \
	})

/* DEFINE_CLEANUP(xmlDocPtr, xmlFreeDoc) defines xmlFreeDoc_ptr() for CLEANUP(). */
#define DEFINE_CLEANUP(type, function)                   \
	static inline void function##_ptr(type *pointer) \
	{                                                \
		if (*pointer)                            \
			function(*pointer);              \
	}

static inline void free_ptr(void *pointer)
{
	free(*(void **)pointer);
}

static inline void fclose_ptr(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* -1 is no descriptor. */
static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#endif
