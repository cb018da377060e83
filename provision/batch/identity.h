/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine is known by: the same UUID and MAC each time it is built. */
#ifndef PROVISION_BATCH_IDENTITY_H
#define PROVISION_BATCH_IDENTITY_H

#include <uuid/uuid.h>

#include "leases/mac.h"

/*
 * UUID version 5 (RFC 9562, section 5.5) over the namespace of these tools and
 * "BATCH/MACHINE"; `text` is its lower-case form.
 */
void identity_uuid(const char *batch, const char *machine, uuid_t uuid,
		   char text[static UUID_STR_LEN]);

enum { IDENTITY_ATTEMPTS = 256 };

/*
 * 52:54:00 (QEMU's and libvirt's prefix) and three bytes of the UUID. A MAC that is taken
 * moves to the next: attempt 0 is the first, up to IDENTITY_ATTEMPTS - 1.
 */
void identity_mac(const uuid_t uuid, unsigned int attempt, uint8_t mac[static MAC_SIZE]);

#endif
