/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a volume's file to the hypervisor's disk. */
#define _GNU_SOURCE
#include <inttypes.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "imagetool/qcow2.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"
#include "imagetool/volume_sync.h"

/* libvirt must know it as qcow2 at once, not only after it has read the pool. */
static virStorageVolPtr probe_create(virStoragePoolPtr pool, const char *name,
				     uint64_t size_bytes, struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name><capacity>%" PRIu64
			       "</capacity><allocation>0</allocation>"
			       "<target><format type='qcow2'/></target></volume>",
			       name, size_bytes);
	virStorageVolPtr volume = virStorageVolCreateXML(pool, xml, 0);

	if (!volume)
		virt_error(error, "can't create volume %s", name);
	return volume;
}

int volume_sync_begin(struct volume_sync *sync, virStoragePoolPtr pool, const char *name,
		      const char *path, uint64_t size_bytes, struct error *error)
{
	CLEANUP(free_ptr) uint8_t *image = mem_zero(1, QCOW2_EXTERNAL_SIZE);

	if (qcow2_external(path, size_bytes, image, error) < 0)
		return -1;
	sync->size_bytes = size_bytes;
	sync->volume = probe_create(pool, name, size_bytes, error);
	if (!sync->volume || volume_check_name(sync->volume, name, error) < 0)
		return -1;
	return volume_start_write(sync->volume, image, QCOW2_EXTERNAL_SIZE, error);
}

int volume_sync_run(const struct volume_sync *sync, struct error *error)
{
	if (virStorageVolResize(sync->volume, sync->size_bytes, 0) == 0)
		return 0;
	return virt_error(error, "can't write to the disk");
}

void volume_sync_end(struct volume_sync *sync)
{
	if (!sync->volume)
		return;
	volume_delete(sync->volume, NULL);
	virStorageVolFree(sync->volume);
	sync->volume = NULL;
}
