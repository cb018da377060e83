/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes as libvirt describes them in XML, https://libvirt.org/formatstorage.html */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/num.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/backing_path.h"
#include "imagetool/volume.h"

/* "1795404684.643540506" */
static uint64_t seconds_read(struct xml *xml, const char *path)
{
	CLEANUP(free_ptr) char *text = xml_string(xml, NULL, path);
	uint64_t seconds = 0;

	if (!text)
		return 0;
	text[strcspn(text, ".")] = '\0';
	num_parse(text, 0, INT64_MAX, &seconds, NULL);
	return seconds;
}

int volume_parse(const char *text, size_t size, struct volume *volume,
		 struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *backing = NULL;
	struct volume result = {0};

	if (xml_parse(&xml, text, size, error) < 0)
		return error_context(error, "a volume's XML");
	result.name = xml_string(&xml, NULL, "/volume/name");
	result.path = xml_string(&xml, NULL, "/volume/target/path");
	backing = xml_string(&xml, NULL, "/volume/backingStore/path");
	if (backing)
		result.backing_path = backing_path_resolve(
			backing, result.path ? result.path : "");
	result.changed_s = seconds_read(&xml, "/volume/target/timestamps/mtime");
	result.format = xml_string(&xml, NULL, "/volume/target/format/@type");
	if (!result.format)
		result.format = mem_string("");
	if (!result.name || !result.path ||
	    xml_number(&xml, NULL, "/volume/capacity", &result.capacity_bytes) < 0 ||
	    xml_number(&xml, NULL, "/volume/allocation", &result.allocation_bytes) < 0) {
		volume_free(&result);
		return error_set(error, "a volume's XML has no name, path or size");
	}
	*volume = result;
	return 0;
}

bool volume_is_gone(void)
{
	return virt_error_code() == VIR_ERR_NO_STORAGE_VOL;
}

int volume_read(virStorageVolPtr handle, struct volume *volume, struct error *error)
{
	const char *name = virStorageVolGetName(handle);
	CLEANUP(free_ptr) char *xml = virStorageVolGetXMLDesc(handle, 0);

	struct volume result = {0};

	if (!xml)
		return virt_error(error, "%s", name);
	if (volume_parse(xml, strlen(xml), &result, error) < 0)
		return -1;
	if (strcmp(result.name, name)) {
		error_set(error, "%s: the hypervisor describes volume \"%s\" instead",
			  name, result.name);
		volume_free(&result);
		virResetLastError();
		return -1;
	}
	*volume = result;
	return 0;
}

int volume_check_name(virStorageVolPtr handle, const char *name, struct error *error)
{
	const char *reported = virStorageVolGetName(handle);

	if (reported && !strcmp(reported, name))
		return 0;
	virResetLastError();
	return error_set(error, "the hypervisor calls volume \"%s\" \"%s\"", name,
			 reported ? reported : "");
}

int volume_lookup(virStoragePoolPtr pool, const char *name, virStorageVolPtr *handle,
		  struct error *error)
{
	virStorageVolPtr found = virStorageVolLookupByName(pool, name);

	if (!found && !volume_is_gone())
		return virt_error(error, "%s", name);
	if (found && volume_check_name(found, name, error) < 0) {
		virStorageVolFree(found);
		return -1;
	}
	*handle = found;
	return 0;
}

virStorageVolPtr volume_find(virStoragePoolPtr pool, const char *name,
			     struct error *error)
{
	virStorageVolPtr handle = NULL;

	if (volume_lookup(pool, name, &handle, error) == 0 && !handle)
		virt_error(error, "%s", name);
	return handle;
}

void volume_free(struct volume *volume)
{
	if (!volume)
		return;
	free(volume->name);
	free(volume->path);
	free(volume->format);
	free(volume->backing_path);
	*volume = (struct volume){0};
}

virStorageVolPtr *volume_handles(virStoragePoolPtr pool, struct error *error)
{
	const char *name = virStoragePoolGetName(pool);
	virStorageVolPtr *handles = NULL;

	if (virStoragePoolListAllVolumes(pool, &handles, 0) < 0) {
		virt_error(error, "pool %s", name);
		return NULL;
	}
	return handles;
}

void volume_handles_free(virStorageVolPtr *handles)
{
	for (size_t i = 0; handles && handles[i]; i++)
		virStorageVolFree(handles[i]);
	free(handles);
}
