/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of an OpenStack drive, as JSON. */
#ifndef PROVISION_CONFIGDRIVE_OPENSTACK_H
#define PROVISION_CONFIGDRIVE_OPENSTACK_H

#include "provision/configdrive/configdrive.h"

/* The drive must have been checked by configdrive_check(); the caller owns the texts. */

/* meta_data.json, with the members that Vmango writes:
 * https://docs.openstack.org/nova/latest/user/metadata.html */
char *openstack_meta_data(const struct configdrive *drive);

/* network_data.json for the one NIC, NULL without one. The schema:
 * https://docs.openstack.org/nova/latest/_downloads/network_data.json */
char *openstack_network_data(const struct configdrive *drive);

#endif
