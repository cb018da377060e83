/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A digest of what a machine is made from, to see whether its input has changed. */
#ifndef PROVISION_BATCH_MACHINE_HASH_H
#define PROVISION_BATCH_MACHINE_HASH_H

#include "provision/batch/batch.h"

/*
 * SHA-256 over the image's Id, the plan's figures, architecture, keys, user data, address
 * and autostart, as 64 hexadecimal digits, the caller's. Machines keep it, so it is the
 * same on every architecture and must stay the same in later versions.
 */
char *machine_hash(const struct batch_machine *machine, const char *image_id);

/* The same over what the machine's config drive in that form says but its instance id. */
char *machine_drive_hash(const struct batch_machine *machine, enum batch_drive form);

/* The same over an SSH key, after "sha256:", for where the key itself is not kept. */
char *machine_key_hash(const char *key);
bool machine_key_is_hash(const char *text);

/* The same over any bytes. */
char *machine_data_hash(const void *data, size_t size);

#endif
