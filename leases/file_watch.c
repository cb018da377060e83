/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a few files have changed, told by the kernel's events where there are any. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "leases/file_watch.h"

void file_watch_start(struct file_watch *watch)
{
	*watch = (struct file_watch){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
}

static struct file_watch_entry *entry_find(struct file_watch *watch, const char *path)
{
	array_foreach(entry, &watch->files) {
		if (!strcmp(entry->path, path))
			return entry;
	}
	return NULL;
}

static struct stat look(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return (struct stat){0};
	return status;
}

void file_watch_add(struct file_watch *watch, const char *path)
{
	CLEANUP(free_ptr) char *folder = file_path_from(path, ".", NULL);
	struct file_watch_entry *entry;

	if (entry_find(watch, path))
		return;
	if (watch->fd >= 0)
		inotify_add_watch(watch->fd, folder,
				  IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE);
	entry = array_add(&watch->files);
	entry->path = mem_string(path);
}

bool file_watch_changed(struct file_watch *watch, const char *path)
{
	struct stat *seen = &entry_find(watch, path)->seen;
	struct stat now = look(path);
	bool changed;

	changed = now.st_ino != seen->st_ino || now.st_dev != seen->st_dev ||
		  now.st_size != seen->st_size ||
		  now.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
		  now.st_mtim.tv_nsec != seen->st_mtim.tv_nsec;
	*seen = now;
	return changed;
}

void file_watch_drain(struct file_watch *watch)
{
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));

	while (watch->fd >= 0 && read(watch->fd, events, sizeof(events)) > 0)
		continue;
}

void file_watch_free(struct file_watch *watch)
{
	if (!watch)
		return;
	array_foreach(entry, &watch->files)
		free(entry->path);
	free(watch->files.items);
	close_fd(&watch->fd);
	*watch = (struct file_watch){.fd = -1};
}
