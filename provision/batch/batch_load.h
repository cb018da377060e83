/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a batch from its files. */
#ifndef PROVISION_BATCH_BATCH_LOAD_H
#define PROVISION_BATCH_BATCH_LOAD_H

#include "provision/batch/batch.h"

/*
 * Reads and checks the file (NULL: only the shared settings), and the files with keys and
 * user data that it names. Adds every error to `errors` as "path:line: reason" and
 * returns -1 when there is one. The caller frees `batch` in both cases; it owns
 * everything that it points to.
 */
int batch_load(const char *path, const struct batch_options *options, struct batch *batch,
	       struct error_list *errors);

#endif
