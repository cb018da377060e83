/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run at a time on a batch. */
#ifndef PROVISION_BATCH_LOCK_H
#define PROVISION_BATCH_LOCK_H

#include "common/error.h"

/*
 * Locks the batch file (flock(2)), so that no second run takes what this one is making
 * for the traces of one that died; the file is only read. Returns a descriptor that holds
 * the lock until it is closed or the program ends, in whatever way; -1 when another run
 * has it. Standard input ("-") is not locked: the result is then some descriptor all the
 * same. On file systems without locks there is none, which is no error.
 */
int batch_lock(const char *path, struct error *error);

#endif
