/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks who can write to a file. */
#define _GNU_SOURCE
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file_trust.h"
#include "common/mem.h"

enum { ENTRY_SIZE = 64 * 1024 };

static bool has_list(int fd)
{
	return fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0;
}

/* Whether that user alone is in the group. */
static bool group_is_own(gid_t gid, uid_t uid)
{
	CLEANUP(free_ptr) char *user_entry = mem_resize(NULL, ENTRY_SIZE, 1);
	CLEANUP(free_ptr) char *group_entry = mem_resize(NULL, ENTRY_SIZE, 1);
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;

	if (getpwuid_r(uid, &user, user_entry, ENTRY_SIZE, &found_user) != 0 ||
	    getgrgid_r(gid, &group, group_entry, ENTRY_SIZE, &found_group) != 0 ||
	    !found_user || !found_group || user.pw_gid != gid ||
	    strcmp(user.pw_name, group.gr_name))
		return false;
	for (char **member = group.gr_mem; *member; member++)
		if (strcmp(*member, user.pw_name))
			return false;
	return true;
}

const char *file_distrust(int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return "can't be looked at";
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return "belongs to another user";
	if (S_ISCHR(status.st_mode))
		return NULL;
	if (status.st_mode & S_IWOTH)
		return "can be written by every user";
	if ((status.st_mode & S_IWGRP) &&
	    (!group_is_own(status.st_gid, status.st_uid) || has_list(fd)))
		return "can be written by its group";
	return NULL;
}
