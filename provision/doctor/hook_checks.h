/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the lease monitor in libvirt's folder of hooks, on facts that were read
 * before. */
#ifndef PROVISION_DOCTOR_HOOK_CHECKS_H
#define PROVISION_DOCTOR_HOOK_CHECKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/doctor/doctor.h"

/* A file that libvirt would run, or that has the name of the lease monitor. */
struct hook_file {
	char *path;	/* owned */
	bool in_folder; /* in qemu.d, which libvirt reads since 6.5 */
	mode_t mode;	/* from lstat(2) */
	uid_t owner;
	bool is_monitor; /* a program that contains the monitor's name, or a file of that
			    name */
	bool is_script;	 /* a script that names the monitor; it is not run */
	int64_t changed_ms; /* time of the inode's last change, since 1970 */
	char *label;	    /* SELinux label; owned, NULL: none */
};

/* The daemon that runs hooks. */
struct hook_daemon {
	const char *name;  /* "libvirtd", "virtqemud"; NULL: not found */
	int64_t loaded_ms; /* last known time that it looked for hooks, since 1970 */
	bool managed;	   /* systemd would have recorded a later reload */
};

/* What the monitor does for an event that it ignores. */
struct hook_answer {
	bool tried;
	char *failure; /* owned; NULL: it succeeded */
	char *output;  /* owned; must be "" */
	char *version; /* owned; the output of --version */
};

struct hook_facts {
	ARRAY(struct hook_file) files;
	struct hook_daemon daemon;
	struct hook_answer answer;
};

/* The file to run for a test; NULL when there is none. A file that users other than root
 * could have written is never run. */
const struct hook_file *hook_file_to_try(const struct hook_facts *facts);

/* `libvirt_version` is the daemon's, in libvirt's format; `version` is our own. */
void doctor_check_hook(struct doctor_report *report, const struct hook_facts *facts,
		       unsigned long libvirt_version, const char *version);

void hook_facts_free(struct hook_facts *facts);

#endif
