/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Naming what stays when a machine is deleted. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_disk.h"
#include "provision/machine/machine_stays.h"
#include "provision/machine/volume_at.h"

struct stays {
	struct run *run;
	struct host *host;
	virDomainPtr domain;
	struct domain_disks disks;
};

static void stays_free(struct stays *stays)
{
	domain_disks_free(&stays->disks);
}

static void command_add(struct buf *text, const struct stays *stays,
			virStorageVolPtr volume, const char *before)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByVolume(volume);

	if (!pool)
		return;
	buf_add_string(text, before);
	virsh_add(text, stays->host->facts.uri, "vol-delete", "--pool",
		  virStoragePoolGetName(pool), virStorageVolGetName(volume), NULL);
}

/* Whether the domain's disk still has that file, which is in no pool. */
static bool file_exists(const struct stays *stays, const char *path)
{
	virDomainBlockInfo info;

	return virDomainGetBlockInfo(stays->domain, path, &info, 0) == 0;
}

static void disk_note(const struct stays *stays, const struct domain_disk *disk)
{
	const char *path = disk->chain.items[0];
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	enum volume_at look = volume_at_look(host_connection(stays->host)->connection,
					     path, &volume, NULL);
	CLEANUP(buf_free) struct buf text = {0};

	if (look == VOLUME_AT_UNKNOWN || look == VOLUME_AT_GONE ||
	    (look == VOLUME_AT_NO_POOL && !file_exists(stays, path)))
		return;
	buf_format(&text, "disk %s, %s, stays, as it was not created with the machine",
		   disk->target, path);
	if (volume)
		command_add(&text, stays, volume, "; if nothing needs it: ");
	run_note(stays->run, virDomainGetName(stays->domain), buf_text(&text));
}

/* A volume of the machine's names that the metadata do not name. */
static void volume_note(const struct stays *stays, enum machine_volume_kind kind)
{
	const char *machine = virDomainGetName(stays->domain);
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		host_connection(stays->host)->connection, stays->host->config->root_pool);
	CLEANUP(free_ptr) char *name = machine_volume_name(machine, kind);
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = pool ? virStorageVolLookupByName(pool, name) : NULL;
	CLEANUP(free_ptr) char *path = volume ? virStorageVolGetPath(volume) : NULL;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf text = {0};

	if (!path && virt_is_unasked()) {
		virt_error(&error, "whether volume %s stays is not known", name);
		run_note(stays->run, machine, error_text(&error));
	}
	/* Then it is named as a disk. */
	if (!path || domain_disks_use(&stays->disks, path))
		return;
	buf_format(&text,
		   "volume %s of pool %s stays, as the machine's metadata do not name it",
		   name, virStoragePoolGetName(pool));
	command_add(&text, stays, volume, "; if nothing needs it: ");
	run_note(stays->run, machine, buf_text(&text));
}

/* Of those that were created with the machine the deletion has named what stays. */
static bool is_created(const char *machine, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (enum machine_volume_kind kind = 0; kind < MACHINE_VOLUME_KINDS; kind++) {
		CLEANUP(free_ptr) char *own = machine_volume_name(machine, kind);

		if (!strcmp(name, own))
			return true;
	}
	return false;
}

void machine_stays_note(struct run *run, struct host *host, virDomainPtr domain)
{
	CLEANUP(stays_free)
	struct stays stays = {.run = run, .host = host, .domain = domain};

	if (machine_disks_read(domain, VIR_DOMAIN_XML_INACTIVE, &stays.disks, NULL) < 0)
		return;
	array_foreach(disk, &stays.disks.list) {
		if (disk->is_writable && disk->chain.count &&
		    !is_created(virDomainGetName(domain), disk->chain.items[0]))
			disk_note(&stays, disk);
	}
	for (enum machine_volume_kind kind = 0; kind < MACHINE_VOLUME_KINDS; kind++)
		volume_note(&stays, kind);
}
