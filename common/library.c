/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads shared libraries when they are needed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "common/library.h"

int library_load(const char *file, const char *const *names, size_t count,
		 void *functions, struct error *error)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return error_set(error, "%s", dlerror());
	for (size_t i = 0; i < count; i++) {
		void *function = dlsym(handle, names[i]);

		if (!function)
			return error_set(error, "%s", dlerror());
		memcpy((char *)functions + i * sizeof(function), &function,
		       sizeof(function));
	}
	return 0;
}
