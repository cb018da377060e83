/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSH public keys, as sshd(8) has them in AUTHORIZED_KEYS FILE FORMAT. */
#ifndef PROVISION_SSH_KEY_H
#define PROVISION_SSH_KEY_H

#include "common/error.h"

/*
 * Takes the text of a .pub file: one key, "type base64 [comment]", without options, empty
 * lines and lines that begin with "#" around it. The type must be the one that the key
 * itself names (RFC 4253, section 6.6). *key is one line without its end, the caller's.
 */
int ssh_key_parse(const char *text, char **key, struct error *error);

#endif
