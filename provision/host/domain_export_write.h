/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing domains that another tool created as a batch. */
#ifndef PROVISION_HOST_DOMAIN_EXPORT_WRITE_H
#define PROVISION_HOST_DOMAIN_EXPORT_WRITE_H

#include "provision/host/domain_export.h"

/*
 * Appends a batch with these machines and what they need: a hypervisor for each network
 * and pool, a plan for each size, and their keys. Comments say what a batch can't
 * express.
 */
void domain_export_write(const struct domain_export *domains, size_t count,
			 const char *uri, struct buf *text);

#endif
