/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A disk of a domain, told by the path of its source. */
#ifndef PROVISION_DOMAIN_DISK_H
#define PROVISION_DOMAIN_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/* Whether a disk of <domain> has that file or block device as its source. */
bool domain_disk_has(const char *domain_xml, size_t size, const char *path);

/*
 * The <disk> that has `from` as its source, with `to` in its place, as
 * virDomainUpdateDeviceFlags() takes it. The caller owns it; NULL when there is none.
 */
char *domain_disk_moved(const char *domain_xml, size_t size, const char *from,
			const char *to, struct error *error);

#endif
