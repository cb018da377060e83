/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of a domain, and the files below them. */
#ifndef PROVISION_HOST_DOMAIN_DISK_H
#define PROVISION_HOST_DOMAIN_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "common/xml.h"

struct domain_disk {
	char *target;	  /* "vda"; "" without one */
	bool is_writable; /* a disk that is not read-only, neither CD nor floppy */
	/* The source, then the backing files that the domain lists; empty: no medium, or
	 * a source without a path or a name. */
	ARRAY(char *) chain;
	/* Its source as a volume, whose path libvirt looks up at each start only; NULL
	 * for other sources. */
	char *pool, *volume;
	bool has_mirror; /* a block job writes to a second file */
	/* Capacity of the file that is written to, if that is not the volume that was
	 * created for the machine; else 0. */
	uint64_t capacity_bytes;
};

/* Zeroed is empty. */
struct domain_disks {
	ARRAY(struct domain_disk) list;
};

/* Appends the disks of <domain>; the caller frees them. */
void domain_disks_read(struct xml *domain, struct domain_disks *disks);
void domain_disks_free(struct domain_disks *disks);

/* Whether one of the disk's files, or of any disk's, has that path. */
bool domain_disk_uses(const struct domain_disk *disk, const char *path);
bool domain_disks_use(const struct domain_disks *disks, const char *path);

/* Whether the source of a disk is that volume of a pool by name. */
bool domain_disks_use_volume(const struct domain_disks *disks, const char *pool,
			     const char *volume);

/*
 * The disk whose chain has the file at `path`; else the only writable disk, as its file
 * was moved or renamed; else NULL.
 */
struct domain_disk *domain_disks_root(const struct domain_disks *disks, const char *path);

/* Whether a disk of <domain> has that file or block device as its source. */
bool domain_disk_has(const char *domain_xml, size_t size, const char *path);

/*
 * The <disk> element whose source is `from`, with `to` as its source, for
 * virDomainUpdateDeviceFlags(). The caller owns it; NULL when no disk has that source.
 */
char *domain_disk_moved(const char *domain_xml, size_t size, const char *from,
			const char *to, struct error *error);

/* The same for the CD-ROM `target`; NULL with an error if it has a medium, or does not
 * exist. */
char *domain_disk_filled(const char *domain_xml, size_t size, const char *target,
			 const char *path, struct error *error);

#endif
