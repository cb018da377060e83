/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSH public keys, as described in sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
#ifndef PROVISION_BATCH_SSH_KEY_H
#define PROVISION_BATCH_SSH_KEY_H

#include <stddef.h>

#include "common/error.h"

enum { SSH_KEY_MAX = 16 * 1024 }; /* bytes of the text that has the key */

/*
 * Reads the `size` bytes of a .pub file: one key, "type base64 [comment]", without
 * options, in UTF-8; empty lines and lines that begin with "#" are ignored. The type must
 * be the one inside the key, and the key must not be truncated: it consists of SSH
 * strings (RFC 4253, section 6.6; RFC 4251, section 5). Certificates are refused. *key is
 * one line without newline; the caller owns it.
 */
int ssh_key_parse(const char *text, size_t size, char **key, struct error *error);

#endif
