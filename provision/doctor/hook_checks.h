/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to make of the lease monitor in libvirt's folder of hooks. */
#ifndef PROVISION_DOCTOR_HOOK_CHECKS_H
#define PROVISION_DOCTOR_HOOK_CHECKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/doctor/doctor.h"

/* A file that libvirt would run, or that is called as the lease monitor is. */
struct hook_file {
	char *path;	/* owned */
	bool in_folder; /* in qemu.d, which libvirt looks into from 6.5 on */
	mode_t mode;	/* as lstat(2) tells it */
	uid_t owner;
	bool is_monitor; /* a program that holds its name, or a file that is called so */
	bool is_script;	 /* a script that names it, and that is not to be tried */
	int64_t changed_ms; /* of its inode, since 1970 */
	char *label;	    /* SELinux's; owned, NULL: there is none */
};

/* The daemon that runs hooks. */
struct hook_daemon {
	const char *name;  /* "libvirtd", "virtqemud"; NULL: not found */
	int64_t loaded_ms; /* when it looked for hooks, since 1970, as far as is known */
	bool managed;	   /* systemd would know of a later reload */
};

/* What the monitor does when libvirt tells it what it does not care for. */
struct hook_answer {
	bool tried;
	char *failure; /* owned; NULL: it ends well */
	char *output;  /* owned; "" as it should be */
	char *version; /* owned; what --version says */
};

struct hook_facts {
	ARRAY(struct hook_file) files;
	struct hook_daemon daemon;
	struct hook_answer answer;
};

/* The one file that is to be tried; NULL when there is none that may: what others than
 * root could have written is not run. */
const struct hook_file *hook_file_to_try(const struct hook_facts *facts);

/* `libvirt_version` is the daemon's, as libvirt counts; `version` our own. */
void doctor_check_hook(struct doctor_report *report, const struct hook_facts *facts,
		       unsigned long libvirt_version, const char *version);

void hook_facts_free(struct hook_facts *facts);

#endif
