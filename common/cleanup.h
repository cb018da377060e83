/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scoped clean-up: what a declaration owns is released when its scope is left. */
#ifndef COMMON_CLEANUP_H
#define COMMON_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * CLEANUP(function) in front of an initialised declaration calls function(&variable) at
 * the end of its scope. For values (struct buf) this is their free function itself, for
 * pointers and descriptors one of the functions below or one that DEFINE_CLEANUP made.
 */
#define CLEANUP(function) __attribute__((__cleanup__(function)))

/* Hands the value of an owning pointer over to somebody else; the variable is NULL after.
 */
#define TAKE(pointer)                               \
	({                                          \
		typeof(pointer) taken_ = (pointer); \
		(pointer) = NULL;                   \
		taken_;                             \
	})

/* DEFINE_CLEANUP(xmlDocPtr, xmlFreeDoc) makes xmlFreeDoc_ptr, fit for CLEANUP(). */
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

/* A descriptor that owns nothing is -1. */
static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#endif
