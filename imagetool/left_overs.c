/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What imports that were killed have left in a pool. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/virt.h"
#include "common/back_off.h"
#include "imagetool/import_names.h"
#include "imagetool/left_overs.h"
#include "imagetool/volume.h"

static bool is_dead(virStorageVolPtr handle, const struct import_owner *owner,
		    uint64_t now_s)
{
	CLEANUP(volume_free) struct volume volume = {0};

	switch (import_owner_look(owner)) {
	case OWNER_DEAD:
		return true;
	case OWNER_ALIVE:
		return false;
	case OWNER_ELSEWHERE:
		break;
	}
	return volume_read(handle, &volume, NULL) == 0 && volume.changed_s < now_s &&
	       now_s - volume.changed_s > LEFT_OVER_AGE_S;
}

/* libvirt goes on copying for an import that was killed; a volume can't go before that.
 */
static int volume_remove(virStorageVolPtr handle, struct error_list *notes)
{
	CLEANUP(error_free) struct error error = {0};
	const char *name = virStorageVolGetName(handle);
	struct back_off back_off = {0};

	while (virStorageVolDelete(handle, 0) < 0) {
		if (virt_is_busy() && back_off_wait(&back_off))
			continue;
		virt_error(&error, "%s: left over by an import, can't be removed", name);
		return error_list_take(notes, &error);
	}
	error_list_add(notes, "%s: left over by an import, removed", name);
	return 0;
}

void left_overs_remove(const struct image_pool *pool, uint64_t now_s,
		       struct error_list *notes)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool->pool, &error);

	if (!handles) {
		error_list_take(notes, &error);
		return;
	}
	for (size_t i = 0; handles[i]; i++) {
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr image = NULL;
		struct import_name name = import_name_parse(
			virStorageVolGetName(handles[i]));

		if (name.type == IMPORT_OTHER || !is_dead(handles[i], &name.owner, now_s))
			continue;
		/* The mark goes last, so that the image never stands without it. */
		if (name.type == IMPORT_MARK)
			image = virStorageVolLookupByName(pool->pool, name.image);
		if (!image || volume_remove(image, notes) == 0)
			volume_remove(handles[i], notes);
	}
}
