/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defining a guest again whose definition has been removed while it runs. */
#ifndef PROVISION_MACHINE_MACHINE_DEFINE_H
#define PROVISION_MACHINE_MACHINE_DEFINE_H

#include "provision/machine/run.h"

/* Does nothing if the domain is defined. */
int machine_define_again(struct run *run, virDomainPtr domain, struct error *error);

#endif
