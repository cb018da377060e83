/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a stopping guest has been running, from libvirt's status file. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "hooks/domain_status.h"
#include "leases/xml_walk.h"

struct status {
	bool is_status;
	bool migrates; /* a migration job, in or out, is not finished */
	bool has_devices;
	char *state;  /* owned; NULL when missing */
	char *reason; /* owned; NULL when missing */
};

static void status_free(struct status *status)
{
	free(status->state);
	free(status->reason);
}

static void status_element(void *data, const char *path, const char *const *attributes)
{
	struct status *status = data;
	const char *job;

	if (!strcmp(path, "/domstatus") && !status->is_status) {
		status->is_status = true;
		status->state = mem_string(xml_walk_attribute(attributes, "state"));
		status->reason = mem_string(xml_walk_attribute(attributes, "reason"));
	}
	if (!strcmp(path, "/domstatus/job")) {
		job = xml_walk_attribute(attributes, "async");
		status->migrates |= job && !strncmp(job, "migration", 9);
	}
	if (!strcmp(path, "/domstatus/devices/device"))
		status->has_devices = true;
}

static bool is(const char *text, const char *word)
{
	return text && !strcmp(text, word);
}

/* An incoming guest is paused with reason "migration" until its CPUs start, an outgoing
 * one after they have stopped. With post-copy, memory still arrives while it runs. */
static enum presence presence_of(const struct status *status)
{
	const char *reason = status->reason;
	bool paused = is(status->state, "paused");

	if (status->migrates || (reason && !strncmp(reason, "postcopy", 8)) ||
	    (paused && is(reason, "migration")))
		return PRESENCE_AWAY;
	if (is(status->state, "running") || (paused && !is(reason, "starting up")))
		return PRESENCE_HERE;
	return is(status->state, "shutdown") && status->has_devices ? PRESENCE_HERE
								    : PRESENCE_UNKNOWN;
}

int domain_status_parse(const char *text, size_t size, enum presence *presence,
			struct error *error)
{
	CLEANUP(status_free) struct status status = {0};

	if (xml_walk(text, size, status_element, &status, error) < 0)
		return -1;
	if (!status.is_status)
		return error_set(error, "the root is not <domstatus>");
	*presence = presence_of(&status);
	return 0;
}

int domain_status_read(const char *directory, const char *guest, enum presence *presence,
		       struct error *error)
{
	CLEANUP(free_ptr) char *path = mem_format("%s/%s.xml", directory, guest);
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read(path, XML_WALK_SIZE_MAX, &text, error) < 0) {
		if (errno != ENOENT)
			return -1;
		error_free(error);
		*presence = PRESENCE_UNKNOWN;
		return 0;
	}
	if (domain_status_parse(buf_text(&text), text.size, presence, error) < 0)
		return error_context(error, "%s", path);
	return 0;
}
