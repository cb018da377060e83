/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a NoCloud drive, as YAML. */
#ifndef PROVISION_CONFIGDRIVE_NOCLOUD_H
#define PROVISION_CONFIGDRIVE_NOCLOUD_H

#include "provision/configdrive/configdrive.h"

/* The drive must have been checked by configdrive_check(); the caller owns the texts.
 * Values are written as JSON strings, which YAML reads the same, so that none is read as
 * another type. */

/* meta-data; https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html */
char *nocloud_meta_data(const struct configdrive *drive);

/* network-config for the one NIC, NULL without one. Its name, eth0, only matters to old
 * versions of cloud-init, which do not match by MAC address.
 * https://docs.cloud-init.io/en/latest/reference/network-config-format-v2.html */
char *nocloud_network_config(const struct configdrive *drive);

#endif
