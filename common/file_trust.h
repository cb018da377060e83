/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who could have written a file. */
#ifndef COMMON_FILE_TRUST_H
#define COMMON_FILE_TRUST_H

#include <stddef.h>

/*
 * NULL when only this user (the effective one) or root could have written what is open
 * there, else why not, to follow a file's name: "belongs to another user". As ssh(1) does
 * with its configuration, the file counts and not the folders above it: who can put
 * another file in its place can't make that the user's. Writable by a group is fine where
 * that is the user's own one (of the user's name and without other members, as
 * USERGROUPS_ENAB of login.defs(5) makes it) and no access control list says more. A pipe
 * or a terminal is judged likewise, and so the user's own.
 */
const char *file_distrust(int fd);

#endif
