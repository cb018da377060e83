/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which programs that a batch names may be run by verbs that only read. */
#ifndef PROVISION_BATCH_TRUST_H
#define PROVISION_BATCH_TRUST_H

#include <stdbool.h>

#include "provision/batch/batch.h"

/*
 * Whether connecting to this URL runs a program that it names, here or over SSH on the
 * other host: the transport ext, the parameters command and netcat in any case and
 * escaping, and a driver inside the process (/embed), which reads its configuration from
 * a folder that the URL names (https://libvirt.org/uri.html, remote/remote_driver.c).
 * NULL is libvirt's default, which the user decides.
 */
bool batch_url_names_program(const char *url);

/*
 * For verbs that only read: a program must not be run when other users could have written
 * the file that names it (file_distrust()). Sets `url_distrust` and `script_distrust` of
 * each hypervisor. A script is skipped with a message in `warnings`; a connection will
 * fail.
 */
void batch_distrust(struct batch *batch, struct error_list *warnings);

#endif
