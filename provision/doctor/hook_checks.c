/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the lease monitor in libvirt's folder of hooks. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "provision/doctor/hook_checks.h"

enum { LIBVIRT_WITH_FOLDER = 6005000 };

/* Reports the first reason why libvirt does not run the file, or why it is dangerous. */
static bool file_check(struct doctor_report *report, const struct hook_file *file,
		       unsigned long libvirt_version)
{
	const char *path = file->path;

	if (!S_ISREG(file->mode))
		doctor_problem(report, DOCTOR_HOOK_FILE, path, "%s is %s", path,
			       S_ISLNK(file->mode) ? "a symbolic link"
						   : "not a regular file");
	else if (file->in_folder && libvirt_version < LIBVIRT_WITH_FOLDER)
		doctor_problem(report, DOCTOR_HOOK_PLACE, path,
			       "libvirt before 6.5 does not look for %s", path);
	else if (!(file->mode & S_IXUSR))
		doctor_problem(report, DOCTOR_HOOK_MODE, path, "%s is not executable",
			       path);
	else if (file->owner != 0)
		doctor_problem(report, DOCTOR_HOOK_MODE, path,
			       "%s does not belong to root", path);
	else if (file->mode & (S_IWGRP | S_IWOTH))
		doctor_problem(report, DOCTOR_HOOK_MODE, path,
			       "users other than root can write to %s", path);
	else if (file->label && !strstr(file->label, "virt_hook_"))
		doctor_problem(report, DOCTOR_HOOK_LABEL, path,
			       "%s has the label %s, which libvirt may not run", path,
			       file->label);
	else
		return true;
	return false;
}

/* A daemon that started before the file was changed has not seen it, unless it was
 * reloaded. */
static void loaded_check(struct doctor_report *report, const struct hook_file *file,
			 const struct hook_daemon *daemon)
{
	if (!daemon->name)
		doctor_skip(report, "whether the hook is loaded: no daemon was found");
	else if (daemon->loaded_ms >= file->changed_ms)
		doctor_ok(report, doctor_kind_check(DOCTOR_HOOK_NOT_LOADED),
			  "%s was started or reloaded after it was installed",
			  daemon->name);
	else if (daemon->managed)
		doctor_problem(
			report, DOCTOR_HOOK_NOT_LOADED, daemon->name,
			"%s has not been started or reloaded since %s was installed",
			daemon->name, file->path);
	else
		doctor_problem(
			report, DOCTOR_HOOK_PERHAPS_LOADED, daemon->name,
			"%s was started before %s was installed; whether it has been "
			"reloaded since is not known",
			daemon->name, file->path);
}

static void answer_check(struct doctor_report *report, const struct hook_file *file,
			 const struct hook_answer *answer, const char *version)
{
	const char *path = file->path;

	if (!answer->tried)
		doctor_skip(report, "%s was not run", path);
	else if (answer->failure)
		doctor_problem(report, DOCTOR_HOOK_ANSWER, path, "%s: %s", path,
			       answer->failure);
	else if (answer->output && *answer->output)
		doctor_problem(report, DOCTOR_HOOK_ANSWER, path,
			       "%s prints what libvirt may take for XML", path);
	else if (!answer->version || strcmp(answer->version, version))
		doctor_problem(report, DOCTOR_HOOK_VERSION, path,
			       "%s is of version %s, this is %s", path,
			       answer->version ? answer->version : "unknown", version);
	else
		doctor_ok(report, doctor_kind_check(DOCTOR_HOOK_ANSWER),
			  "exits immediately without output, version %s", version);
}

const struct hook_file *hook_file_to_try(const struct hook_facts *facts)
{
	array_foreach(file, &facts->files) {
		if (file->is_monitor && !file->is_script && S_ISREG(file->mode) &&
		    file->mode & S_IXUSR && file->owner == 0 &&
		    !(file->mode & (S_IWGRP | S_IWOTH)))
			return file;
	}
	return NULL;
}

void doctor_check_hook(struct doctor_report *report, const struct hook_facts *facts,
		       unsigned long libvirt_version, const char *version)
{
	const struct hook_file *good = NULL;
	size_t before = report->items.count;

	array_foreach(file, &facts->files) {
		if (!file->is_monitor || !file_check(report, file, libvirt_version))
			continue;
		if (good)
			doctor_problem(report, DOCTOR_HOOK_TWICE, file->path,
				       "%s is another copy of the lease monitor",
				       file->path);
		else
			good = file;
	}
	if (!good && report->items.count == before)
		doctor_problem(report, DOCTOR_HOOK_MISSING, NULL,
			       "libvirt runs no vmango-lease-monitor");
	if (!good)
		return;
	doctor_ok(report, doctor_kind_check(DOCTOR_HOOK_MISSING), "%s%s", good->path,
		  good->is_script ? ", a script that names the lease monitor" : "");
	loaded_check(report, good, &facts->daemon);
	answer_check(report, good, &facts->answer, version);
}

void hook_facts_free(struct hook_facts *facts)
{
	array_foreach(file, &facts->files) {
		free(file->path);
		free(file->label);
	}
	free(facts->files.items);
	free(facts->answer.failure);
	free(facts->answer.output);
	free(facts->answer.version);
	*facts = (struct hook_facts){0};
}
