/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the contents of a config drive. */
#ifndef PROVISION_CONFIGDRIVE_DRIVE_CHECK_H
#define PROVISION_CONFIGDRIVE_DRIVE_CHECK_H

#include <stddef.h>

#include "provision/configdrive/configdrive.h"

/* Fails unless every value of the drive has the form and size described in
 * configdrive.h. */
int configdrive_check(const struct configdrive *drive, struct error *error);

/* The length in bytes of a key's line without the newlines at its end. */
size_t configdrive_key_length(const char *public_key);

/* AF_INET or AF_INET6; 0 when the text is not an address. */
int configdrive_family(const char *address);

#endif
