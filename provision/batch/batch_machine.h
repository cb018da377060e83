/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines that one section of a batch describes. */
#ifndef PROVISION_BATCH_BATCH_MACHINE_H
#define PROVISION_BATCH_BATCH_MACHINE_H

#include "provision/batch/reader.h"

/* Reads the reader's section into batch->machines, one machine for each name that the
 * section's pattern expands to. Errors go to the reader's list. */
void batch_read_machines(const struct batch_reader *reader);

#endif
