/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differences between hardware that a machine has and hardware that it will have. */
#ifndef PROVISION_PLAN_HARDWARE_DIFF_H
#define PROVISION_PLAN_HARDWARE_DIFF_H

#include "provision/host/domain_hardware.h"
#include "provision/plan/machine_diff.h"

/* Of a machine; borrowed. */
struct hardware_pair {
	const char *name;
	const uint8_t
		*mac; /* of its own NIC; the others are shown with their addresses */
	const struct domain_hardware *from, *to;
};

/*
 * Adds what changes when the guest is started again: from what it runs with to its
 * configuration. Nothing if one of them is not known. What libvirt writes differently for
 * a running guest (CPU model, firmware) is not compared, and neither is a CD-ROM drive
 * whose medium the guest has ejected.
 */
void hardware_waits_find(const struct hardware_pair *pair, struct machine_diff *waits);

/*
 * Adds the differences between the configuration and what the template would make now:
 * model of its NIC, other NICs, disks, machine type, CPU mode, firmware, kind of domain.
 * Only what the template says is compared, as libvirt adds the rest; so what others have
 * added to the machine is no difference. Machine types are compared as libvirt resolves
 * "pc" and "q35". A missing disk that is a volume of the machine is no difference here.
 */
void hardware_template_compare(const struct hardware_pair *pair,
			       struct machine_diff *diff);

/* Whether libvirt resolves the machine type `wanted` of a template to `found`. */
bool hardware_machine_type_is(const char *found, const char *wanted);

#endif
