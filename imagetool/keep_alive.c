/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the hypervisor stops answering. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>

#include "common/virt.h"
#include "imagetool/keep_alive.h"

enum { INTERVAL_S = 5, MISSING_MAX = 5 };

static void *events_run(void *context)
{
	(void)context;
	while (virEventRunDefaultImpl() == 0)
		;
	return NULL;
}

int keep_alive_begin(struct error *error)
{
	pthread_t thread;

	if (virEventRegisterDefaultImpl() < 0)
		return virt_error(error, "can't start libvirt's event loop");
	errno = pthread_create(&thread, NULL, events_run, NULL);
	if (errno)
		return error_errno(error, "can't start a thread");
	pthread_detach(thread);
	return 0;
}

void keep_alive(virConnectPtr connection)
{
	virConnectSetKeepAlive(connection, INTERVAL_S, MISSING_MAX);
}
