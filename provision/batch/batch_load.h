/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch read from its files. */
#ifndef PROVISION_BATCH_BATCH_LOAD_H
#define PROVISION_BATCH_BATCH_LOAD_H

#include "provision/batch/batch.h"

/*
 * Reads and checks the whole file (NULL: only the shared settings), and the key and user
 * data files that it names. All mistakes go to `errors` as "path:line: reason"; returns
 * -1 when there was any. Free `batch` in both cases; everything that it points to is its
 * own.
 */
int batch_load(const char *path, const struct batch_options *options, struct batch *batch,
	       struct error_list *errors);

#endif
