/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether machines stand on an image. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/image_use.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"

/* A volume that may be an overlay, or whose place a machine's description leaves out. */
struct known_volume {
	char *pool, *name, *path, *backing_path;
	bool stands_on_image;
	bool has_machine;
};

struct use {
	virConnectPtr connection;
	const char *path; /* of the image */
	ARRAY(struct known_volume) volumes;
	ARRAY(char *) users; /* for the message */
};

static void use_free(struct use *use)
{
	array_foreach(volume, &use->volumes) {
		free(volume->pool);
		free(volume->name);
		free(volume->path);
		free(volume->backing_path);
	}
	array_foreach(user, &use->users)
		free(*user);
	free(use->volumes.items);
	free(use->users.items);
}

static int pool_read(struct use *use, virStoragePoolPtr pool, struct error *error)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool, error);

	if (!handles)
		return -1;
	for (size_t i = 0; handles[i]; i++) {
		CLEANUP(volume_free) struct volume volume = {0};

		if (volume_read(handles[i], &volume, error) < 0) {
			/* Gone since it was listed? */
			if (volume_is_gone())
				continue;
			return -1;
		}
		*array_add(&use->volumes) = (struct known_volume){
			.pool = mem_string(virStoragePoolGetName(pool)),
			.name = TAKE(volume.name),
			.path = TAKE(volume.path),
			.backing_path = TAKE(volume.backing_path),
		};
	}
	return 0;
}

static int volumes_read(struct use *use, struct error *error)
{
	virStoragePoolPtr *pools = NULL;
	int status = 0;

	if (virConnectListAllStoragePools(use->connection, &pools,
					  VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE) < 0)
		return virt_error(error, "storage pools");
	for (size_t i = 0; pools[i]; i++) {
		if (status == 0)
			status = pool_read(use, pools[i], error);
		virStoragePoolFree(pools[i]);
	}
	free(pools);
	return status;
}

/* Whether a path is that of the image, or of a volume that stands on it. */
static bool stands_on_image(const struct use *use, const char *path)
{
	if (!strcmp(path, use->path))
		return true;
	array_foreach(volume, &use->volumes) {
		if (volume->stands_on_image && !strcmp(path, volume->path))
			return true;
	}
	return false;
}

/* An overlay may have overlays itself, so until nothing new is found. */
static void overlays_follow(struct use *use)
{
	bool found;

	do {
		found = false;
		array_foreach(volume, &use->volumes) {
			if (volume->stands_on_image || !volume->backing_path ||
			    !stands_on_image(use, volume->backing_path))
				continue;
			volume->stands_on_image = true;
			found = true;
		}
	} while (found);
}

/* Notes that a machine has the volume at `path`, and with it those that it stands on. */
static void machine_note(struct use *use, const char *path)
{
	for (size_t depth = 0; path && depth <= use->volumes.count; depth++) {
		const char *below = NULL;

		array_foreach(volume, &use->volumes) {
			if (strcmp(path, volume->path))
				continue;
			volume->has_machine = true;
			below = volume->backing_path;
		}
		path = below;
	}
}

/* The path of a disk's source or of a file below it; the caller owns it. */
static char *source_path(const struct use *use, struct xml *xml, xmlNodePtr source)
{
	CLEANUP(free_ptr) char *pool = xml_string(xml, source, "@pool");
	CLEANUP(free_ptr) char *name = xml_string(xml, source, "@volume");
	char *path = xml_string(xml, source, "@file|@dev");

	array_foreach(volume, &use->volumes) {
		if (!path && pool && name && !strcmp(pool, volume->pool) &&
		    !strcmp(name, volume->name))
			path = mem_string(volume->path);
	}
	return path;
}

static int machine_look(struct use *use, virDomainPtr domain, unsigned int flags,
			bool *uses, struct error *error)
{
	const char *name = virDomainGetName(domain);
	CLEANUP(free_ptr) char *text = virDomainGetXMLDesc(domain, flags);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr sources = NULL;

	/* Gone since it was listed. */
	if (!text && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return 0;
	if (!text)
		return virt_error(error, "%s", name);
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return error_context(error, "%s", name);
	sources = xml_nodes(&xml, NULL, "/domain/devices/disk//source");
	xml_foreach(source, sources)
	{
		CLEANUP(free_ptr) char *path = source_path(use, &xml, source);

		if (!path || !stands_on_image(use, path))
			continue;
		*uses = true;
		machine_note(use, path);
	}
	return 0;
}

static int machines_look(struct use *use, struct error *error)
{
	virDomainPtr *domains = NULL;
	int status = 0;

	if (virConnectListAllDomains(use->connection, &domains, 0) < 0)
		return virt_error(error, "machines");
	for (size_t i = 0; domains[i]; i++) {
		bool uses = false;

		/* As it runs, and as it will start the next time. */
		if (status == 0)
			status = machine_look(use, domains[i], 0, &uses, error);
		if (status == 0)
			status = machine_look(use, domains[i], VIR_DOMAIN_XML_INACTIVE,
					      &uses, error);
		if (uses)
			*array_add(&use->users) = mem_format(
				"machine %s", virDomainGetName(domains[i]));
		virDomainFree(domains[i]);
	}
	free(domains);
	return status;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int image_use_refuse(virConnectPtr connection, const char *path, const char *id,
		     struct error *error)
{
	CLEANUP(use_free) struct use use = {.connection = connection, .path = path};
	CLEANUP(buf_free) struct buf text = {0};

	if (volumes_read(&use, error) < 0)
		return -1;
	overlays_follow(&use);
	if (machines_look(&use, error) < 0)
		return -1;
	array_foreach(volume, &use.volumes) {
		if (volume->stands_on_image && !volume->has_machine)
			*array_add(&use.users) = mem_format("volume %s/%s", volume->pool,
							    volume->name);
	}
	if (use.users.count)
		qsort(use.users.items, use.users.count, sizeof(*use.users.items),
		      by_name);
	array_foreach(user, &use.users)
		buf_format(&text, "%s%s", text.size ? ", " : "", *user);
	if (!text.size)
		return 0;
	return error_set(error, "%s is in use by %s", id, buf_text(&text));
}

int image_delete(const struct image_pool *pool, const char *id, bool dry_run,
		 struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	if (volume_look(pool->pool, id, &handle, error) < 0)
		return -1;
	if (!handle)
		return 0;
	if (volume_read(handle, &volume, error) < 0 ||
	    image_use_refuse(virStoragePoolGetConnect(pool->pool), volume.path, id,
			     error) < 0)
		return -1;
	return dry_run ? 0 : volume_delete(handle, error);
}
