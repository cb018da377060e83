/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared libraries that are loaded only when they are needed, so that other runs start
 * faster. */
#ifndef COMMON_LIBRARY_H
#define COMMON_LIBRARY_H

#include <stddef.h>

#include "common/error.h"

/*
 * Loads a library ("libxml2.so.2") unless it is loaded, and looks up `count` functions by
 * their names. `functions` is the address of as many function pointers in the same order,
 * in an array or a struct. The library stays loaded. Fails, with dlerror()'s message, if
 * the library or a function is missing.
 */
int library_load(const char *file, const char *const *names, size_t count,
		 void *functions, struct error *error);

#endif
