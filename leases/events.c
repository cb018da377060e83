/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for changes that may affect addresses, by libvirt's events and by inotify. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "common/virt.h"
#include "common/virt_open.h"
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
	int inotify_fd, handle, timer;
	int output; /* handle; -1: none */
	enum events_change change;
	bool timed_out, unread;
};

static void domain_changed(virConnectPtr connection, virDomainPtr domain, void *data)
{
	(void)connection;
	(void)domain;
	((struct events *)data)->change = EVENTS_LIBVIRT;
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

static void files_changed(int handle, int fd, int happened, void *data)
{
	struct events *events = data;
	char buffer[4096];

	(void)handle;
	(void)happened;
	while (read(fd, buffer, sizeof(buffer)) > 0) {
		if (events->change == EVENTS_NONE)
			events->change = EVENTS_FILES;
	}
}

static void output_unread(int handle, int fd, int happened, void *data)
{
	struct events *events = data;

	(void)fd;
	(void)happened;
	events->unread = true;
	/* Otherwise the loop would call this again immediately. */
	virEventUpdateHandle(handle, 0);
}

static void time_is_up(int timer, void *data)
{
	(void)timer;
	((struct events *)data)->timed_out = true;
}

struct events *events_start(struct error *error)
{
	struct events *events = mem_zero(1, sizeof(*events));

	events->output = -1;
	events->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (events->inotify_fd < 0) {
		error_errno(error, "inotify");
		free(events);
		return NULL;
	}
	if (virt_loop_take(error) < 0) {
		close(events->inotify_fd);
		free(events);
		return NULL;
	}
	events->handle = virEventAddHandle(events->inotify_fd, VIR_EVENT_HANDLE_READABLE,
					   files_changed, events, NULL);
	events->timer = virEventAddTimeout(-1, time_is_up, events, NULL);
	return events;
}

void events_end(struct events *events)
{
	if (!events)
		return;
	virEventRemoveHandle(events->handle);
	if (events->output >= 0)
		virEventRemoveHandle(events->output);
	virEventRemoveTimeout(events->timer);
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
	events->output = virEventAddHandle(
		fd, VIR_EVENT_HANDLE_ERROR | VIR_EVENT_HANDLE_HANGUP, output_unread,
		events, NULL);
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

	for (size_t i = 0; i < ARRAY_LENGTH(domain_events); i++)
		link.domain_ids[i] = virConnectDomainEventRegisterAny(
			connection, NULL, domain_events[i],
			domain_callback(domain_events[i]), events, NULL);
	link.network_id = virConnectNetworkEventRegisterAny(
		connection, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE,
		VIR_NETWORK_EVENT_CALLBACK((void (*)(void))network_lifecycle), events,
		NULL);
	virConnectRegisterCloseCallback(connection, connection_closed, events, NULL);
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

enum events_change events_wait(struct events *events, uint64_t until_ms)
{
	enum events_change change;

	array_foreach(directory, &events->directories)
		directory_watch(events, *directory);
	events->timed_out = false;
	virEventUpdateTimeout(events->timer, clock_left_ms(until_ms));
	while (events->change == EVENTS_NONE && !events->timed_out && !events->unread) {
		if (virEventRunDefaultImpl() < 0)
			break;
	}
	virEventUpdateTimeout(events->timer, -1);
	change = events->unread ? EVENTS_UNREAD : events->change;
	events->change = EVENTS_NONE;
	return change;
}
