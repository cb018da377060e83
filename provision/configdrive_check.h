/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may go into a config drive. */
#ifndef PROVISION_CONFIGDRIVE_CHECK_H
#define PROVISION_CONFIGDRIVE_CHECK_H

#include <stdint.h>

#include "provision/configdrive.h"

/* Fails unless every value of the drive has the form and size that configdrive.h says. */
int configdrive_check(const struct configdrive *drive, struct error *error);

/* "52:54:00:12:34:56", in any case, to bytes. */
int configdrive_mac_parse(const char *text, uint8_t mac[static 6], struct error *error);

/* The same in lower case, as both formats want it; the caller owns it. The text has been
 * checked. */
char *configdrive_mac_text(const char *text);

/* The length in bytes of a key's line without the newlines at its end. */
size_t configdrive_key_length(const char *public);

/* AF_INET or AF_INET6; 0 when the text is no address. */
int configdrive_family(const char *address);

#endif
