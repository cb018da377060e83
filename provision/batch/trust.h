/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which programs of a batch may be run only because somebody looks at it. */
#ifndef PROVISION_BATCH_TRUST_H
#define PROVISION_BATCH_TRUST_H

#include <stdbool.h>

#include "provision/batch/batch.h"

/*
 * Whether connecting to this address runs a program that it names, here or over SSH on
 * the other host: the transport ext, the parameters command and netcat in any case and
 * escaping, and a driver in the process itself (/embed), whose configuration is in a
 * folder that it names (https://libvirt.org/uri.html, remote/remote_driver.c). NULL:
 * libvirt's default, the user's own.
 */
bool batch_url_names_program(const char *url);

/*
 * For verbs that only look: what a file that others could have written (file_distrust())
 * names as a program is not to be run. Sets `url_distrust` and `script_distrust` of each
 * hypervisor; adds the scripts that are left out to `warnings`. A connection fails.
 */
void batch_distrust(struct batch *batch, struct error_list *warnings);

#endif
