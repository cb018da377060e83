/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have done to a machine's reservation. */
#ifndef PROVISION_PLAN_PLAN_RESERVATION_H
#define PROVISION_PLAN_PLAN_RESERVATION_H

#include "provision/plan/changes.h"

/*
 * Compares the reservation that the machine's metadata name with those of the running
 * network and of its configuration, which others can change one by one. Sets *text to
 * what is wrong, which the caller frees, or to NULL; a reservation that could not be read
 * is not wrong. Returns whether it is only missing, so that apply can add it.
 */
bool plan_reservation_check(const struct change *change, char **text);

#endif
