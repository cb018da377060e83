/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the facts about libvirt's hooks on this machine. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "common/child.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "provision/doctor/hook_daemon.h"
#include "provision/doctor/hook_read.h"

#define MONITOR "vmango-lease-monitor"

enum {
	HOOK_SIZE_MAX = 32 * 1024 * 1024, /* bytes of a file that is read */
	HOOK_FILES_MAX = 1000,
	HOOK_TIME_MS = 10 * 1000, /* far more than the monitor's own limit */
	HOOK_OUTPUT_MAX = 4096,
	LABEL_MAX = 255,
};

DEFINE_CLEANUP(DIR *, closedir)

static char *label_read(const char *path)
{
	char label[LABEL_MAX + 1];
	ssize_t size = lgetxattr(path, "security.selinux", label, LABEL_MAX);

	if (size <= 0)
		return NULL;
	return mem_substring(label, strnlen(label, (size_t)size));
}

/* The contents decide whether it is the monitor, so that no other hook is ever run. */
static void content_examine(struct hook_file *file)
{
	CLEANUP(buf_free) struct buf content = {0};

	if (file_read(file->path, HOOK_SIZE_MAX, &content, NULL) < 0 || !content.size ||
	    !memmem(content.data, content.size, MONITOR, strlen(MONITOR)))
		return;
	file->is_monitor = true;
	file->is_script = content.size < 4 || memcmp(content.data, "\177ELF", 4) != 0;
}

static void file_examine(const char *path, bool in_folder, struct hook_facts *facts)
{
	const char *name = strrchr(path, '/') + 1;
	struct hook_file *file;
	struct stat status;

	if (lstat(path, &status) < 0 || facts->files.count >= HOOK_FILES_MAX)
		return;
	file = array_add(&facts->files);
	file->path = mem_string(path);
	file->in_folder = in_folder;
	file->mode = status.st_mode;
	file->owner = status.st_uid;
	file->changed_ms = (int64_t)status.st_ctim.tv_sec * 1000 +
			   status.st_ctim.tv_nsec / 1000000;
	file->label = label_read(path);
	content_examine(file);
	if (!file->is_monitor && !strcmp(name, MONITOR))
		file->is_monitor = file->is_script = true;
}

static int folder_examine(const char *folder, struct hook_facts *facts,
			  struct error *error)
{
	CLEANUP(free_ptr) char *path = mem_format("%s/qemu.d", folder);
	CLEANUP(closedir_ptr) DIR *directory = opendir(path);
	struct dirent *entry;

	if (!directory)
		return errno == ENOENT ? 0 : error_errno(error, "%s", path);
	while ((entry = readdir(directory))) {
		CLEANUP(free_ptr) char *file = mem_format("%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.')
			file_examine(file, true, facts);
	}
	return 0;
}

static int monitor_run(char *const *arguments, struct buf *output, struct buf *messages,
		       struct error *error)
{
	char *environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};

	return child_run(&(struct child){.path = arguments[0],
					 .arguments = arguments,
					 .environment = environment,
					 .timeout_ms = HOOK_TIME_MS,
					 .output = output,
					 .messages = messages},
			 error);
}

/* Runs the monitor for the event that a guest has started, which it ignores. */
static void monitor_try(const struct hook_file *file, struct hook_answer *answer)
{
	char *event[] = {file->path, "vmango-doctor", "started", "begin", "-", NULL};
	char *version[] = {file->path, "--version", NULL};
	CLEANUP(buf_free) struct buf output = {.max_size = HOOK_OUTPUT_MAX};
	CLEANUP(buf_free) struct buf messages = {.max_size = HOOK_OUTPUT_MAX};
	CLEANUP(error_free) struct error error = {0};

	answer->tried = true;
	if (monitor_run(event, &output, &messages, &error) < 0) {
		answer->failure = mem_string(error_text(&error));
		return;
	}
	buf_clear(&messages);
	if (monitor_run(version, &output, &messages, NULL) == 0 &&
	    !strncmp(buf_text(&messages), MONITOR " ", strlen(MONITOR " "))) {
		const char *words = messages.data + strlen(MONITOR " ");

		answer->version = mem_substring(words, strcspn(words, " \n"));
	}
	answer->output = buf_take(&output);
}

int hook_facts_read(const char *folder, struct hook_facts *facts, struct error *error)
{
	CLEANUP(free_ptr) char *main_hook = mem_format("%s/qemu", folder);
	const struct hook_file *file;

	file_examine(main_hook, false, facts);
	if (folder_examine(folder, facts, error) < 0) {
		hook_facts_free(facts);
		return -1;
	}
	hook_daemon_find(&facts->daemon);
	file = hook_file_to_try(facts);
	if (file)
		monitor_try(file, &facts->answer);
	return 0;
}
