/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks who can write to a file. */
#ifndef COMMON_FILE_TRUST_H
#define COMMON_FILE_TRUST_H

#include <stddef.h>

/*
 * NULL if only the effective user and root can write to the open file, else the reason,
 * to be printed after the file's name: "belongs to another user". As ssh(1) does for its
 * configuration, only the file is checked and not its directories, since another user who
 * replaces the file can't make it belong to this user. A file may be writable by the
 * user's own group (of the same name and without other members, as created with
 * USERGROUPS_ENAB of login.defs(5)) if it has no access control list. Pipes and terminals
 * are checked in the same way.
 */
const char *file_distrust(int fd);

#endif
