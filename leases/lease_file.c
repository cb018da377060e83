/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lease file of a bridge, in either of its formats. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "leases/lease_file.h"
#include "leases/lease_status.h"
#include "leases/lease_text.h"
#include "leases/network_conf.h"

static void closedir_ptr(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && !strcmp(text + length - end_length, end);
}

/* The base name of the dhcp-leasefile if the NET.conf is of this bridge. */
static char *conf_lease_file(int directory_fd, const char *name, const char *bridge)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(network_conf_free) struct network_conf conf = {0};
	const char *slash;

	if (file_read_at(directory_fd, name, NETWORK_CONF_SIZE_MAX, &text, NULL) < 0 ||
	    network_conf_parse(buf_text(&text), text.size, &conf, NULL) < 0 ||
	    !conf.bridge || !conf.lease_file || strcmp(conf.bridge, bridge))
		return NULL;
	slash = strrchr(conf.lease_file, '/');
	return mem_string(slash ? slash + 1 : conf.lease_file);
}

static int text_file_find(const char *directory, const char *bridge, char **path,
			  struct error *error)
{
	CLEANUP(closedir_ptr) DIR *entries = opendir(directory);

	if (!entries && errno == ENOMEM)
		mem_exhausted();
	if (!entries && errno == ENOENT)
		return 0;
	if (!entries)
		return error_errno(error, "%s", directory);
	for (struct dirent *entry; !*path && (entry = readdir(entries));) {
		CLEANUP(free_ptr) char *name = NULL;

		if (ends_with(entry->d_name, ".conf"))
			name = conf_lease_file(dirfd(entries), entry->d_name, bridge);
		if (name)
			*path = mem_format("%s/%s", directory, name);
	}
	return 0;
}

int lease_file_find(const char *directory, const char *bridge, struct lease_file *file,
		    struct error *error)
{
	CLEANUP(lease_file_free) struct lease_file found = {0};

	if (bridge_name_check(bridge, error) < 0)
		return -1;
	found.bridge = mem_string(bridge);
	found.path = mem_format("%s/%s.status", directory, bridge);
	if (access(found.path, F_OK) < 0) {
		free(found.path);
		found.path = NULL;
		found.format = LEASE_FILE_TEXT;
		if (text_file_find(directory, bridge, &found.path, error) < 0)
			return -1;
	}
	*file = found;
	found = (struct lease_file){0};
	return 0;
}

static int leases_parse(const struct lease_file *file, const struct buf *text,
			struct lease_list *leases, struct error_list *problems,
			struct error *error)
{
	if (file->format == LEASE_FILE_STATUS)
		return lease_status_parse(buf_text(text), text->size, leases, problems,
					  error);
	lease_text_parse(buf_text(text), text->size, leases, problems);
	return 0;
}

int lease_file_read(const struct lease_file *file, struct lease_list *leases,
		    struct error_list *problems, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(error_list_free) struct error_list found = {0};
	size_t before = leases->count;

	if (file_read(file->path, LEASE_STATUS_SIZE_MAX, &text, error) < 0) {
		if (errno != ENOENT)
			return -1;
		error_free(error);
		return 0;
	}
	if (leases_parse(file, &text, leases, &found, error) < 0)
		return error_context(error, "%s", file->path);
	for (size_t i = before; i < leases->count; i++)
		leases->items[i].bridge = mem_string(file->bridge);
	for (size_t i = 0; i < found.count; i++)
		error_list_add(problems, "%s: %s", file->path, found.messages[i]);
	if (problems)
		problems->dropped += found.dropped;
	return 0;
}

bool lease_file_changed(const struct lease_file *file, struct stat *seen)
{
	struct stat now = {0}, before = *seen;

	if (stat(file->path, &now) < 0)
		now = (struct stat){0};
	*seen = now;
	return now.st_ino != before.st_ino || now.st_dev != before.st_dev ||
	       now.st_size != before.st_size ||
	       now.st_mtim.tv_sec != before.st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != before.st_mtim.tv_nsec;
}

void lease_file_free(struct lease_file *file)
{
	if (!file)
		return;
	free(file->path);
	free(file->bridge);
	*file = (struct lease_file){0};
}
