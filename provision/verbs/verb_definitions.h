/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking the domains that will be defined, before anything is created. */
#ifndef PROVISION_VERBS_VERB_DEFINITIONS_H
#define PROVISION_VERBS_VERB_DEFINITIONS_H

#include "provision/verbs/verbs.h"

/*
 * Lets each hypervisor check the domains of the machines that will be created there, as
 * they will be defined: by libvirt itself (machine/definition.h), by its schema, and for
 * the networks, filters and disks that they need. Domains that differ only in their
 * identity are checked once. What is wrong is added to verb->errors, with the machine's
 * place in the batch; what could not be found out is printed as warnings.
 */
void verb_definitions_check(struct verb *verb);

#endif
