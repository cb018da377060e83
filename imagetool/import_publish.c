/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image that is whole gets its name. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/back_off.h"
#include "imagetool/import_target.h"

/*
 * A pool can't be refreshed while a volume is being made in it; and where a refresh
 * fails, libvirt may take the pool for inactive.
 */
int import_pool_refresh(struct import_target *target)
{
	virStoragePoolPtr pool = target->pool.pool;
	struct back_off back_off = {0};

	while (virStoragePoolRefresh(pool, 0) < 0) {
		virt_error(&target->error, "can't refresh pool %s", target->pool.name);
		if (virStoragePoolIsActive(pool) == 0)
			virStoragePoolCreate(pool, 0);
		if (!back_off_wait(&back_off))
			return -1;
	}
	return 0;
}

/* renameat2() that does not replace is not known to every file system; link() is. */
static int file_rename(int folder, const char *from, const char *to, bool replace)
{
	if (replace)
		return renameat(folder, from, folder, to);
	if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(folder, from, folder, to, 0) < 0)
		return -1;
	return unlinkat(folder, from, 0);
}

static int rename_publish(struct import_target *target)
{
	const struct import_job *job = target->job;
	const char *temporary = virStorageVolGetName(target->temporary);
	CLEANUP(close_fd)
	int folder = open(target->pool.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return error_errno(&target->error, "%s", target->pool.path);
	if (fsync(target->file) < 0)
		return error_errno(&target->error, "%s", temporary);
	if (file_rename(folder, temporary, job->id, job->replace) < 0)
		return error_errno(&target->error, "%s", job->id);
	import_temporary_forget(target);
	if (fsync(folder) < 0)
		return error_errno(&target->error, "%s", target->pool.path);
	return 0;
}

static int publish_error(struct import_target *target)
{
	return virt_error(&target->error, "can't publish %s", target->job->id);
}

/* Clones where the file system can, else copies; both keep holes. */
static virStorageVolPtr volume_clone(struct import_target *target)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name>"
			       "<capacity>%" PRIu64
			       "</capacity><allocation>0</allocation>"
			       "<target><format type='raw'/></target></volume>",
			       target->job->id, target->sent_bytes);
	virStorageVolPtr volume = virStorageVolCreateXMLFrom(
		target->pool.pool, xml, target->temporary,
		VIR_STORAGE_VOL_CREATE_REFLINK);

	if (!volume)
		volume = virStorageVolCreateXMLFrom(target->pool.pool, xml,
						    target->temporary, 0);
	if (!volume)
		publish_error(target);
	return volume;
}

static int head_write(struct import_target *target, virStorageVolPtr volume)
{
	CLEANUP(virStreamFree_ptr)
	virStreamPtr stream = virStreamNew(target->connection, 0);
	const struct import_job *job = target->job;
	const char *head = (const char *)job->head;

	if (!stream || virStorageVolUpload(volume, stream, 0, job->head_size, 0) < 0)
		return publish_error(target);
	if (virStreamSend(stream, head, job->head_size) != (int)job->head_size) {
		publish_error(target);
		virStreamAbort(stream);
		return -1;
	}
	return virStreamFinish(stream) < 0 ? publish_error(target) : 0;
}

static int old_remove(struct import_target *target)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr old = virStorageVolLookupByName(target->pool.pool,
							 target->job->id);

	return old && virStorageVolDelete(old, 0) < 0 ? publish_error(target) : 0;
}

static int clone_publish(struct import_target *target)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr mark = NULL, volume = NULL;
	const struct import_job *job = target->job;
	char name[IMPORT_NAME_MAX + 1];

	mark = import_volume_create(&target->pool,
				    import_name_mark(&job->owner, job->id, name),
				    &target->error);
	if (!mark)
		return -1;
	if ((job->replace && old_remove(target) < 0) ||
	    !(volume = volume_clone(target)) || head_write(target, volume) < 0) {
		if (!volume || virStorageVolDelete(volume, 0) == 0)
			virStorageVolDelete(mark, 0);
		return -1;
	}
	if (virStorageVolDelete(mark, 0) < 0)
		return virt_error(&target->error, "can't remove the mark of %s", job->id);
	if (virStorageVolDelete(target->temporary, 0) == 0)
		import_temporary_forget(target);
	return 0;
}

int import_target_publish(struct import_target *target)
{
	int status = target->local ? rename_publish(target) : clone_publish(target);

	if (status < 0 || import_pool_refresh(target) < 0 ||
	    image_pool_find(&target->pool, target->job->id, &target->image,
			    &target->error) < 0)
		return import_target_fail(target);
	return 0;
}
