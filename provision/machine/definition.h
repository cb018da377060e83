/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a hypervisor accepts a domain that is not defined yet, and has what it needs.
 */
#ifndef PROVISION_MACHINE_DEFINITION_H
#define PROVISION_MACHINE_DEFINITION_H

#include "provision/host/host.h"
#include "provision/plan/domain_question.h"

enum definition_verdict {
	DEFINITION_FINE,
	DEFINITION_REFUSED,
	DEFINITION_UNKNOWN, /* it can't be asked, or not before the guest starts */
};

/*
 * Lets libvirt parse the domain and build the command line of its guest, which changes
 * nothing; takes some 50 ms. It finds what the schema, the driver and QEMU do not allow:
 * a bus or model that the machine type does not have, an emulator or firmware that is
 * missing. It neither validates against the schema nor looks for files and networks.
 * `reason` is set unless it is fine.
 */
enum definition_verdict definition_ask(struct host *host,
				       const struct domain_question *question,
				       struct error *reason);

/*
 * Looks for something that a domain needs: DEFINITION_REFUSED if it does not exist, and
 * DEFINITION_UNKNOWN for a file in no pool that this machine can't see. `reason` is set
 * unless it is fine.
 */
enum definition_verdict definition_need(struct host *host, const struct domain_need *need,
					struct error *reason);

#endif
