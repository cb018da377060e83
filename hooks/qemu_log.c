/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a guest started and why it stopped, from the log of its QEMU. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "hooks/qemu_log.h"
#include "leases/line_reader.h"

/* The text after libvirt's time stamp; NULL for lines that QEMU wrote. */
static const char *libvirt_message(const char *line)
{
	static const char stamp[] = "0000-00-00 00:00:00.000+0000: ";
	size_t i;

	for (i = 0; stamp[i]; i++) {
		if (stamp[i] == '0' ? !isdigit((unsigned char)line[i])
				    : line[i] != stamp[i])
			return NULL;
	}
	return line + i;
}

/* The text after the prefix `start`; NULL if `text` does not begin with it. */
static const char *prefix_skip(const char *text, const char *start)
{
	size_t length = strlen(start);

	return strncmp(text, start, length) ? NULL : text + length;
}

/* The guest may never have run in a QEMU that failed, that waited for an incoming guest,
 * or whose end is not in the log; it is then where it was before. */
static bool may_be_empty(const struct qemu_log_run *run)
{
	return run->incoming || !run->reason[0] || !strcmp(run->reason, "failed");
}

static void start_note(struct qemu_log_run *run)
{
	struct qemu_log_run next = {.started = true};
	bool is_away = !strcmp(run->before, "migrated") && may_be_empty(run);

	memcpy(next.before, is_away ? run->before : run->reason, sizeof(next.before));
	*run = next;
}

void qemu_log_parse(const char *text, size_t size, struct qemu_log_run *run)
{
	struct line_reader reader = line_reader_start(text, size);
	char line[4096];

	*run = (struct qemu_log_run){0};
	while (line_reader_next(&reader, line, sizeof(line))) {
		const char *message = libvirt_message(line), *word;

		if (prefix_skip(line, "-incoming "))
			run->incoming = true;
		if (message && prefix_skip(message, "starting up libvirt version: "))
			start_note(run);
		word = message ? prefix_skip(message, "shutting down, reason=") : NULL;
		if (word && strlen(word) < sizeof(run->reason))
			memcpy(run->reason, word, strlen(word) + 1);
	}
}

/* logrotate(8) names a rotated log GUEST.log.1, virtlogd GUEST.log.0. One that can't be
 * read, or is compressed, is skipped. */
static void before_find(const char *log, struct qemu_log_run *run)
{
	static const char *const suffixes[] = {"0", "1"};

	for (size_t i = 0; i < ARRAY_LENGTH(suffixes) && !run->before[0]; i++) {
		CLEANUP(free_ptr) char *path = mem_format("%s.%s", log, suffixes[i]);
		CLEANUP(buf_free) struct buf tail = {0};
		struct qemu_log_run older;

		if (file_read_tail(path, QEMU_LOG_TAIL_SIZE, &tail, NULL) < 0)
			continue;
		qemu_log_parse(buf_text(&tail), tail.size, &older);
		start_note(&older);
		memcpy(run->before, older.before, sizeof(run->before));
	}
}

int qemu_log_read(const char *directory, const char *guest, struct qemu_log_run *run,
		  struct error *error)
{
	CLEANUP(free_ptr) char *path = mem_format("%s/%s.log", directory, guest);
	CLEANUP(buf_free) struct buf tail = {0};

	if (file_read_tail(path, QEMU_LOG_TAIL_SIZE, &tail, error) < 0)
		return -1;
	qemu_log_parse(buf_text(&tail), tail.size, run);
	if (run->started && !run->before[0])
		before_find(path, run);
	return 0;
}
