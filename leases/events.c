/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for changes that may affect addresses, by libvirt's events and by inotify. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/events.h"

static const int domain_events[] = {
	VIR_DOMAIN_EVENT_ID_LIFECYCLE,
	VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
	VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
	VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
};

struct link {
	virConnectPtr connection;
	int domain_ids[ARRAY_LENGTH(domain_events)]; /* -1: none */
	int network_id;
};

struct events {
	ARRAY(struct link) links;
	ARRAY(char *) directories;
	int inotify_fd;
	/* Counts what libvirt reports, in another thread; not closed, as that may be
	 * about to. */
	int libvirt_fd;
	int output_fd; /* -1: none */
};

static void domain_changed(virConnectPtr connection, virDomainPtr domain, void *data)
{
	const uint64_t one = 1;

	(void)connection;
	(void)domain;
	(void)!write((int)(intptr_t)data, &one, sizeof(one));
}

/* The arguments of a callback depend on the event; none of them is needed. */
static void domain_lifecycle(virConnectPtr connection, virDomainPtr domain, int event,
			     int detail, void *data)
{
	(void)event;
	(void)detail;
	domain_changed(connection, domain, data);
}

static void domain_device(virConnectPtr connection, virDomainPtr domain,
			  const char *device, void *data)
{
	(void)device;
	domain_changed(connection, domain, data);
}

static void network_lifecycle(virConnectPtr connection, virNetworkPtr network, int event,
			      int detail, void *data)
{
	(void)network;
	domain_lifecycle(connection, NULL, event, detail, data);
}

static void connection_closed(virConnectPtr connection, int reason, void *data)
{
	(void)reason;
	domain_changed(connection, NULL, data);
}

struct events *events_start(struct error *error)
{
	struct events *events = mem_zero(1, sizeof(*events));

	events->output_fd = -1;
	events->libvirt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	events->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (events->inotify_fd >= 0 && events->libvirt_fd >= 0)
		return events;
	error_errno(error, "inotify");
	events_end(events);
	return NULL;
}

void events_end(struct events *events)
{
	if (!events)
		return;
	if (events->inotify_fd >= 0)
		close(events->inotify_fd);
	array_foreach(directory, &events->directories)
		free(*directory);
	free(events->directories.items);
	free(events->links.items);
	free(events);
}

static void directory_watch(const struct events *events, const char *path)
{
	inotify_add_watch(events->inotify_fd, path,
			  IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
				  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
}

void events_add_directory(struct events *events, const char *path)
{
	array_foreach(directory, &events->directories) {
		if (!strcmp(*directory, path))
			return;
	}
	*array_add(&events->directories) = mem_string(path);
	directory_watch(events, path);
}

void events_add_output(struct events *events, int fd)
{
	events->output_fd = fd;
}

/* The cast to a function without arguments keeps compilers from warning. */
static virConnectDomainEventGenericCallback domain_callback(int event)
{
	if (event == VIR_DOMAIN_EVENT_ID_DEVICE_ADDED ||
	    event == VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED)
		return VIR_DOMAIN_EVENT_CALLBACK((void (*)(void))domain_device);
	return VIR_DOMAIN_EVENT_CALLBACK((void (*)(void))domain_lifecycle);
}

void events_add_connection(struct events *events, virConnectPtr connection)
{
	struct link link = {.connection = connection};
	void *data = (void *)(intptr_t)events->libvirt_fd;

	for (size_t i = 0; i < ARRAY_LENGTH(domain_events); i++)
		link.domain_ids[i] = virConnectDomainEventRegisterAny(
			connection, NULL, domain_events[i],
			domain_callback(domain_events[i]), data, NULL);
	link.network_id = virConnectNetworkEventRegisterAny(
		connection, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE,
		VIR_NETWORK_EVENT_CALLBACK((void (*)(void))network_lifecycle), data,
		NULL);
	virConnectRegisterCloseCallback(connection, connection_closed, data, NULL);
	*array_add(&events->links) = link;
}

void events_remove_connection(struct events *events, virConnectPtr connection)
{
	array_foreach(link, &events->links) {
		if (link->connection != connection)
			continue;
		for (size_t i = 0; i < ARRAY_LENGTH(domain_events); i++) {
			if (link->domain_ids[i] >= 0)
				virConnectDomainEventDeregisterAny(connection,
								   link->domain_ids[i]);
		}
		if (link->network_id >= 0)
			virConnectNetworkEventDeregisterAny(connection, link->network_id);
		virConnectUnregisterCloseCallback(connection, connection_closed);
		*link = events->links.items[--events->links.count];
		return;
	}
}

static bool drain(int fd)
{
	char buffer[4096];
	bool any = false;

	while (read(fd, buffer, sizeof(buffer)) > 0)
		any = true;
	return any;
}

enum events_change events_wait(struct events *events, uint64_t until_ms)
{
	struct pollfd fds[] = {{.fd = events->libvirt_fd, .events = POLLIN},
			       {.fd = events->inotify_fd, .events = POLLIN},
			       {.fd = events->output_fd}};
	bool files;
	int ready;

	array_foreach(directory, &events->directories)
		directory_watch(events, *directory);
	do {
		ready = poll(fds, ARRAY_LENGTH(fds), clock_left_ms(until_ms));
	} while (ready < 0 && errno == EINTR);
	files = drain(events->inotify_fd);
	if (fds[2].revents & (POLLERR | POLLHUP))
		return EVENTS_UNREAD;
	if (drain(events->libvirt_fd))
		return EVENTS_LIBVIRT;
	return files ? EVENTS_FILES : EVENTS_NONE;
}
