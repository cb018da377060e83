/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The note by which the event `stopped` passes a guest's presence to `release`. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "common/num.h"
#include "hooks/stop_note.h"

enum { NOTE_SIZE_MAX = 128 };

static const char *const words[PRESENCE_COUNT] = {
	[PRESENCE_HERE] = "here ",
	[PRESENCE_AWAY] = "away ",
};

enum presence stop_note_parse(const char *text, size_t size, const char *boot_id,
			      uint64_t now_ms)
{
	CLEANUP(free_ptr) char *head = NULL;
	char number[24] = "";
	size_t length, rest;
	uint64_t then_ms;

	for (enum presence at = PRESENCE_HERE; at < PRESENCE_COUNT; at++) {
		free(head);
		head = mem_format("%s%s ", words[at], boot_id);
		length = strlen(head);
		if (size <= length || memcmp(text, head, length) ||
		    text[size - 1] != '\n')
			continue;
		rest = size - length - 1;
		if (rest >= sizeof(number) || memchr(text + length, '\0', rest))
			break;
		memcpy(number, text + length, rest);
		if (num_parse(number, 0, now_ms, &then_ms, NULL) < 0 ||
		    now_ms - then_ms > STOP_NOTE_AGE_MAX_MS)
			break;
		return at;
	}
	return PRESENCE_UNKNOWN;
}

/* proc(5); NULL if it can't be read. The caller owns it. */
static char *boot_id_read(struct error *error)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read(path, NOTE_SIZE_MAX, &text, error) < 0)
		return NULL;
	return mem_substring(text.data, strcspn(buf_text(&text), "\n"));
}

/* Returns a file descriptor, or -1 with errno. */
static int directory_open(const char *path, struct error *error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return error_errno(error, "%s: can't open", path);
	if (fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
	    !(status.st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	close(fd);
	errno = EPERM;
	return error_set(error, "%s: others can write there", path);
}

static char *note_name(const char *guest)
{
	/* As long as libvirt's GUEST.xml, so that the name of every guest fits. */
	return mem_format("%s.end", guest);
}

static int note_create(int directory_fd, const char *name, const struct buf *text,
		       struct error *error)
{
	CLEANUP(close_fd)
	int fd = openat(directory_fd, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(error, "can't create %s", name);
	return file_write_fd(fd, text->data, text->size, error);
}

int stop_note_write(const char *directory, const char *guest, enum presence presence,
		    uint64_t now_ms, struct error *error)
{
	CLEANUP(free_ptr) char *name = note_name(guest), *boot_id = NULL;
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(close_fd) int fd = -1;

	if (presence != PRESENCE_UNKNOWN && mkdir(directory, 0700) < 0 && errno != EEXIST)
		return error_errno(error, "%s: can't create", directory);
	fd = directory_open(directory, error);
	if (fd < 0 && errno == ENOENT && presence == PRESENCE_UNKNOWN) {
		error_free(error);
		return 0;
	}
	if (fd < 0)
		return -1;
	if (unlinkat(fd, name, 0) < 0 && errno != ENOENT)
		return error_errno(error, "%s: can't delete %s", directory, name);
	if (presence == PRESENCE_UNKNOWN)
		return 0;
	boot_id = boot_id_read(error);
	if (!boot_id)
		return -1;
	buf_format(&text, "%s%s %" PRIu64 "\n", words[presence], boot_id, now_ms);
	if (note_create(fd, name, &text, error) < 0)
		return error_context(error, "%s", directory);
	return 0;
}

enum presence stop_note_take(const char *directory, const char *guest, uint64_t now_ms)
{
	CLEANUP(free_ptr) char *name = note_name(guest), *boot_id = NULL;
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(close_fd) int directory_fd = directory_open(directory, NULL), fd = -1;
	struct stat status;

	if (directory_fd < 0)
		return PRESENCE_UNKNOWN;
	fd = openat(directory_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	unlinkat(directory_fd, name, 0);
	boot_id = boot_id_read(NULL);
	if (!boot_id || fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    file_read_fd(fd, NOTE_SIZE_MAX, &text, NULL) < 0)
		return PRESENCE_UNKNOWN;
	return stop_note_parse(buf_text(&text), text.size, boot_id, now_ms);
}
