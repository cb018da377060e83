/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a machine's own disk, even if it was moved or has snapshots. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/volume.h"
#include "provision/machine/machine_disk.h"
#include "provision/machine/volume_at.h"

enum { CHAIN_MAX = 256 /* files in a backing chain */ };

int machine_disks_read(virDomainPtr domain, unsigned int flags,
		       struct domain_disks *disks, struct error *error)
{
	CLEANUP(free_ptr) char *text = virDomainGetXMLDesc(domain, flags);
	CLEANUP(xml_free) struct xml xml = {0};

	if (!text)
		return virt_error(error, "can't read the domain");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	domain_disks_read(&xml, disks);
	return 0;
}

/* Appends the backing files of the disk's last file that the pools list. */
static int chain_follow(virConnectPtr connection, struct domain_disk *disk,
			struct error *error)
{
	for (;;) {
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
		CLEANUP(volume_free) struct volume volume = {0};

		if (!disk->chain.count || disk->chain.count > CHAIN_MAX)
			return 0;
		if (volume_at(connection, disk->chain.items[disk->chain.count - 1],
			      &handle, error) < 0)
			return -1;
		if (!handle || volume_read(handle, &volume, NULL) < 0 ||
		    !volume.backing_path)
			return 0;
		*array_add(&disk->chain) = TAKE(volume.backing_path);
	}
}

void machine_disk_free(struct machine_disk *disk)
{
	free(disk->target);
	free(disk->path);
	*disk = (struct machine_disk){0};
}

int machine_disk_find(virDomainPtr domain, const char *created_path,
		      struct machine_disk *disk, struct error *error)
{
	CLEANUP(domain_disks_free) struct domain_disks disks = {0};
	const struct domain_disk *root;

	if (machine_disks_read(domain, 0, &disks, error) < 0)
		return -1;
	root = domain_disks_root(&disks, created_path);
	if (!root || !domain_disk_uses(root, created_path)) {
		array_foreach(one, &disks.list) {
			if (chain_follow(virDomainGetConnect(domain), one, error) < 0)
				return -1;
		}
		root = domain_disks_root(&disks, created_path);
	}
	if (!root || !root->chain.count)
		return error_set(error, "none of its disks is %s or an overlay on it",
				 created_path);
	disk->target = mem_string(root->target);
	disk->path = mem_string(root->chain.items[0]);
	disk->is_own = domain_disk_uses(root, created_path);
	return 0;
}
