/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NoCloud's descriptions of a machine, as YAML. */
#ifndef PROVISION_CONFIGDRIVE_NOCLOUD_H
#define PROVISION_CONFIGDRIVE_NOCLOUD_H

#include "provision/configdrive/configdrive.h"

/* The drive has been checked; the caller owns the texts. Values stand in double quotes as
 * JSON strings, which YAML reads the same, so none can be taken for anything else. */

/* meta-data; https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html */
char *nocloud_meta_data(const struct configdrive *drive);

/*
 * network-config for the one NIC, NULL without one. It is called eth0, which only counts
 * where cloud-init is too old to look for the name by the MAC address.
 * https://docs.cloud-init.io/en/latest/reference/network-config-format-v2.html
 */
char *nocloud_network_config(const struct configdrive *drive);

#endif
