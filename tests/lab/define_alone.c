/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For LD_PRELOAD: a libvirt that takes one definition of a domain at a time, and some
 * time for each, so that two that could meet do. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

virDomainPtr virDomainDefineXMLFlags(virConnectPtr connection, const char *xml,
				     unsigned int flags)
{
	static atomic_uint busy;
	const struct timespec pause = {.tv_nsec = 50 * 1000000L};
	typeof(virDomainDefineXMLFlags) *next = dlsym(RTLD_NEXT, __func__);
	virDomainPtr domain = NULL;

	if (atomic_fetch_add(&busy, 1) == 0) {
		nanosleep(&pause, NULL);
		domain = next(connection, xml, flags);
	}
	atomic_fetch_sub(&busy, 1);
	return domain;
}
