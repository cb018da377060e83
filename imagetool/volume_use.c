/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines and volumes of a hypervisor use which files. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/back_off.h"
#include "common/buf.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/backing_path.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"
#include "imagetool/volume_use.h"

/* A pool while volume_use_read() runs. */
struct read_pool {
	virStoragePoolPtr handle;
	char *real_folder; /* NULL: the pool has none */
	bool is_refreshed;
};

/* A source of a disk in a domain's XML. */
struct source {
	size_t machine;
	char *real_path;     /* NULL: the volume below */
	char *pool, *volume; /* of disks of type "volume" */
	bool is_raw;	     /* the file has no backing file, whatever it contains */
};

struct reading {
	virConnectPtr connection;
	enum volume_use_unreadable unreadable;
	struct volume_use *use;
	ARRAY(struct read_pool) pools;
	ARRAY(struct source) sources;
};

static void reading_free(struct reading *reading)
{
	array_foreach(pool, &reading->pools) {
		virStoragePoolFree(pool->handle);
		free(pool->real_folder);
	}
	array_foreach(source, &reading->sources) {
		free(source->real_path);
		free(source->pool);
		free(source->volume);
	}
	free(reading->pools.items);
	free(reading->sources.items);
}

void volume_use_free(struct volume_use *use)
{
	if (!use)
		return;
	array_foreach(file, &use->files) {
		free(file->pool);
		free(file->name);
		free(file->path);
		free(file->backing_path);
		free(file->real_path);
		free(file->real_backing_path);
	}
	array_foreach(machine, &use->machines) {
		array_foreach(path, &machine->real_paths)
			free(*path);
		free(machine->real_paths.items);
		free(machine->name);
		free(machine->uuid);
	}
	free(use->files.items);
	free(use->machines.items);
	free(use->unseen);
	free(use->unseen_pool);
	*use = (struct volume_use){0};
}

/* The real path of a file, see volume_use.h. The caller owns it. */
static char *path_resolve(const struct volume_use *use, const char *path)
{
	char *real = NULL;

	/* "pool/image" of network storage is not a path. */
	if (use->is_local && path[0] == '/')
		real = realpath(path, NULL);
	return real ? real : backing_path_normalize(path);
}

static struct volume_use_file *file_find(const struct volume_use *use,
					 const char *real_path)
{
	array_foreach(file, &use->files) {
		if (!strcmp(file->real_path, real_path))
			return file;
	}
	return NULL;
}

const struct volume_use_file *volume_use_file_find(const struct volume_use *use,
						   const char *path)
{
	CLEANUP(free_ptr) char *real_path = path_resolve(use, path);

	return file_find(use, real_path);
}

static int pool_read(struct reading *reading, virStoragePoolPtr pool, struct error *error)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool, error);
	struct volume_use *use = reading->use;

	if (!handles)
		return -1;
	for (size_t i = 0; handles[i]; i++) {
		CLEANUP(volume_free) struct volume volume = {0};
		CLEANUP(error_free) struct error its = {0};
		CLEANUP(free_ptr) char *real_path = NULL;
		struct volume_use_file *file;

		if (volume_read(handles[i], &volume, &its) < 0) {
			/* It may have been deleted in the meantime. */
			if (volume_is_gone() || reading->unreadable == VOLUME_USE_IGNORE)
				continue;
			return error_set(error, "%s", error_text(&its));
		}
		real_path = path_resolve(use, volume.path);
		if (file_find(use, real_path))
			continue;
		file = array_add(&use->files);
		file->pool = mem_string(virStoragePoolGetName(pool));
		file->real_path = TAKE(real_path);
		if (volume.backing_path)
			file->real_backing_path = path_resolve(use, volume.backing_path);
		file->name = TAKE(volume.name);
		file->path = TAKE(volume.path);
		file->backing_path = TAKE(volume.backing_path);
	}
	return 0;
}

static int pools_read(struct reading *reading, struct error *error)
{
	virStoragePoolPtr *handles = NULL;

	if (virConnectListAllStoragePools(reading->connection, &handles,
					  VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE) < 0)
		return virt_error(error, "storage pools");
	for (size_t i = 0; handles[i]; i++)
		array_add(&reading->pools)->handle = handles[i];
	free(handles);
	array_foreach(pool, &reading->pools) {
		CLEANUP(free_ptr) char *type = NULL;
		CLEANUP(free_ptr) char *folder = NULL;

		pool_folder_read(pool->handle, &type, &folder, NULL);
		if (folder)
			pool->real_folder = path_resolve(reading->use, folder);
		if (pool_read(reading, pool->handle, error) < 0)
			return -1;
	}
	return 0;
}

static void sources_read(struct reading *reading, size_t machine, struct xml *xml)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(xml, NULL, "/domain/devices/disk//source");

	xml_foreach(node, nodes)
	{
		struct source *source = array_add(&reading->sources);
		CLEANUP(free_ptr) char *path = xml_string(xml, node, "@file|@dev|@name");
		CLEANUP(free_ptr)
		char *format = xml_string(xml, node, "parent::disk/driver/@type");

		source->machine = machine;
		source->is_raw = text_equal(format, "raw");
		if (path)
			source->real_path = path_resolve(reading->use, path);
		source->pool = xml_string(xml, node, "@pool");
		source->volume = xml_string(xml, node, "@volume");
	}
}

static int machine_read(struct reading *reading, virDomainPtr domain, size_t machine,
			unsigned int flags, struct error *error)
{
	const char *name = reading->use->machines.items[machine].name;
	CLEANUP(free_ptr) char *text = virDomainGetXMLDesc(domain, flags);
	CLEANUP(xml_free) struct xml xml = {0};

	/* It was undefined in the meantime. */
	if (!text && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return 0;
	if (!text)
		return virt_error(error, "%s", name);
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return error_context(error, "%s", name);
	sources_read(reading, machine, &xml);
	return 0;
}

static int machines_read(struct reading *reading, struct error *error)
{
	virDomainPtr *domains = NULL;
	int status = 0;

	if (virConnectListAllDomains(reading->connection, &domains, 0) < 0)
		return virt_error(error, "machines");
	for (size_t i = 0; domains[i]; i++) {
		struct volume_use_machine *machine = array_add(&reading->use->machines);
		char uuid[VIR_UUID_STRING_BUFLEN] = "";

		virDomainGetUUIDString(domains[i], uuid);
		machine->name = mem_string(virDomainGetName(domains[i]));
		machine->uuid = mem_string(uuid);
		/* As it runs, and as it will start the next time. */
		if (status == 0)
			status = machine_read(reading, domains[i], i, 0, error);
		if (status == 0)
			status = machine_read(reading, domains[i], i,
					      VIR_DOMAIN_XML_INACTIVE, error);
		virDomainFree(domains[i]);
	}
	free(domains);
	return status;
}

static struct read_pool *pool_of(const struct reading *reading, const char *real_path)
{
	const char *slash = strrchr(real_path, '/');
	size_t length = slash ? (size_t)(slash - real_path) : 0;

	array_foreach(pool, &reading->pools) {
		if (length && pool->real_folder && strlen(pool->real_folder) == length &&
		    !strncmp(pool->real_folder, real_path, length))
			return pool;
	}
	return NULL;
}

/* The pool that has to be refreshed in order to list the path; NULL: none. */
static struct read_pool *pool_stale(const struct reading *reading, const char *real_path)
{
	struct read_pool *pool;

	if (!real_path || file_find(reading->use, real_path))
		return NULL;
	pool = pool_of(reading, real_path);
	return pool && !pool->is_refreshed ? pool : NULL;
}

static struct read_pool *any_pool_stale(const struct reading *reading)
{
	struct read_pool *pool;

	array_foreach(source, &reading->sources) {
		pool = pool_stale(reading, source->real_path);
		if (pool)
			return pool;
	}
	array_foreach(file, &reading->use->files) {
		pool = file->has_machine ? pool_stale(reading, file->real_backing_path)
					 : NULL;
		if (pool)
			return pool;
	}
	return NULL;
}

/* Marks the volume at `real_path` and its backing files as those of a machine. */
static void chain_mark(struct volume_use *use, const char *real_path)
{
	for (size_t depth = 0; real_path && depth <= use->files.count; depth++) {
		struct volume_use_file *file = file_find(use, real_path);

		if (!file)
			return;
		file->has_machine = true;
		real_path = file->real_backing_path;
	}
}

/* The path of a source; NULL when it is neither a file nor a volume. */
static const char *source_path(const struct reading *reading, const struct source *source)
{
	if (source->real_path || !source->pool || !source->volume)
		return source->real_path;
	array_foreach(file, &reading->use->files) {
		if (!strcmp(file->pool, source->pool) &&
		    !strcmp(file->name, source->volume))
			return file->real_path;
	}
	return NULL;
}

static void chains_mark(struct reading *reading)
{
	array_foreach(source, &reading->sources)
		chain_mark(reading->use, source_path(reading, source));
}

/* Refreshes pools as necessary. A pool that is busy or unreadable stays as it was. */
static int pools_refresh(struct reading *reading, struct error *error)
{
	struct read_pool *pool;

	chains_mark(reading);
	while ((pool = any_pool_stale(reading))) {
		struct back_off back_off = {0};

		pool->is_refreshed = true;
		while (virStoragePoolRefresh(pool->handle, 0) < 0)
			if (!virt_is_busy() || !back_off_wait(&back_off))
				break;
		if (pool_read(reading, pool->handle, error) < 0)
			return -1;
		chains_mark(reading);
	}
	return 0;
}

static bool is_in_pool(const struct source *source, const char *name,
		       const char *real_folder)
{
	size_t length = real_folder ? strlen(real_folder) : 0;

	if (!source->real_path)
		return source->pool && !strcmp(source->pool, name);
	return length && !strncmp(source->real_path, real_folder, length) &&
	       source->real_path[length] == '/';
}

/* Looks for a disk in that pool, which is inactive, so that its volumes and their backing
 * files are not known. */
static int unseen_look(struct reading *reading, virStoragePoolPtr pool,
		       struct error *error)
{
	const char *name = virStoragePoolGetName(pool);
	struct volume_use *use = reading->use;
	CLEANUP(free_ptr) char *type = NULL;
	CLEANUP(free_ptr) char *folder = NULL;
	CLEANUP(free_ptr) char *real_folder = NULL;
	struct error failure = {0};

	if (pool_folder_read(pool, &type, &folder, &failure) < 0) {
		/* It may have been undefined meanwhile. */
		if (!virt_is_missing())
			return error_move(error, &failure);
		error_free(&failure);
		return 0;
	}
	real_folder = folder ? path_resolve(use, folder) : NULL;
	array_foreach(source, &reading->sources) {
		const char *path = source_path(reading, source);

		if (use->unseen || (source->is_raw && source->real_path) ||
		    (path && file_find(use, path)) ||
		    !is_in_pool(source, name, real_folder))
			continue;
		use->unseen = mem_format("machine %s has a disk in pool %s, which is "
					 "inactive",
					 use->machines.items[source->machine].name, name);
		use->unseen_pool = mem_string(name);
	}
	return 0;
}

static int unseen_find(struct reading *reading, struct error *error)
{
	virStoragePoolPtr *pools = NULL;
	int status = 0;

	if (virConnectListAllStoragePools(reading->connection, &pools,
					  VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE) < 0)
		return virt_error(error, "storage pools");
	for (size_t i = 0; pools[i]; i++) {
		if (status == 0)
			status = unseen_look(reading, pools[i], error);
		virStoragePoolFree(pools[i]);
	}
	free(pools);
	return status;
}

static void paths_put(struct reading *reading)
{
	array_foreach(source, &reading->sources) {
		const char *path = source_path(reading, source);
		struct volume_use_machine *machine =
			&reading->use->machines.items[source->machine];

		if (path)
			*array_add(&machine->real_paths) = mem_string(path);
	}
}

int volume_use_read(virConnectPtr connection, enum volume_use_unreadable unreadable,
		    struct volume_use *use, struct error *error)
{
	CLEANUP(volume_use_free)
	struct volume_use found = {.is_local = virt_is_local(connection)};
	CLEANUP(reading_free)
	struct reading reading = {
		.connection = connection, .unreadable = unreadable, .use = &found};

	if (pools_read(&reading, error) < 0 || machines_read(&reading, error) < 0 ||
	    pools_refresh(&reading, error) < 0 || unseen_find(&reading, error) < 0)
		return -1;
	paths_put(&reading);
	*use = found;
	found = (struct volume_use){0};
	return 0;
}

static bool is_among(const char *path, const char *const paths[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (backing_path_may_be(path, paths[i]))
			return true;
	return false;
}

static bool depends(const struct volume_use *use, const char *real_path,
		    const char *const real_paths[], size_t count)
{
	const struct volume_use_file *file = file_find(use, real_path);

	return is_among(real_path, real_paths, count) || (file && file->depends);
}

/* Sets `depends` of all overlays. An overlay may have overlays, so it repeats until no
 * new one is found. */
static void overlays_mark(struct volume_use *use, const char *const real_paths[],
			  size_t count)
{
	bool found;

	array_foreach(file, &use->files)
		file->depends = false;
	do {
		found = false;
		array_foreach(file, &use->files) {
			if (file->depends || !file->real_backing_path ||
			    !depends(use, file->real_backing_path, real_paths, count))
				continue;
			file->depends = true;
			found = true;
		}
	} while (found);
}

struct user_list {
	ARRAY(char *);
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The users of the files, each "machine NAME" or "volume POOL/NAME". */
static void users_list(struct volume_use *use, const char *const real_paths[],
		       size_t count, const char *except_uuid, struct user_list *users)
{
	overlays_mark(use, real_paths, count);
	array_foreach(machine, &use->machines) {
		bool uses = false;

		array_foreach(path, &machine->real_paths)
			uses = uses || depends(use, *path, real_paths, count);
		if (uses && !(except_uuid && !strcasecmp(machine->uuid, except_uuid)))
			*array_add(users) = mem_format("machine %s", machine->name);
	}
	array_foreach(file, &use->files) {
		if (file->depends && !file->has_machine &&
		    !is_among(file->real_path, real_paths, count))
			*array_add(users) = mem_format("volume %s/%s", file->pool,
						       file->name);
	}
}

char *volume_use_find(struct volume_use *use, const char *const paths[], size_t count,
		      const char *except_uuid)
{
	CLEANUP(free_ptr) char **real_paths = mem_zero(count, sizeof(*real_paths));
	struct user_list users = {0};
	struct buf text = {0};

	for (size_t i = 0; i < count; i++)
		real_paths[i] = path_resolve(use, paths[i]);
	users_list(use, (const char *const *)real_paths, count, except_uuid, &users);
	for (size_t i = 0; i < count; i++)
		free(real_paths[i]);
	if (users.count)
		qsort(users.items, users.count, sizeof(*users.items), by_name);
	array_foreach(user, &users) {
		buf_format(&text, "%s%s", text.size ? ", " : "", *user);
		free(*user);
	}
	free(users.items);
	return text.size ? buf_take(&text) : NULL;
}
