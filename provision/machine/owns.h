/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The volumes and the reservation that a machine owns according to its metadata. */
#ifndef PROVISION_MACHINE_OWNS_H
#define PROVISION_MACHINE_OWNS_H

#include <json-c/json.h>

#include "provision/host/metadata.h"

/* "default/web-1_disk, default/web-1_config.iso, 192.168.124.10 on vmango", "nothing";
 * the caller owns it. */
char *owns_text(const struct metadata *metadata);

/* {"Volumes": [{"Pool", "Name"}], "Reservation": {"Network", "Address", "HWAddr"}}, the
 * latter null when there is none; the caller owns it. */
json_object *owns_json(const struct metadata *metadata);

#endif
