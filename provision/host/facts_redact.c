/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts without names. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/host/facts_redact.h"

/* A name and its replacement. */
struct alias {
	const char *kind;
	char *name, *alias;
};

struct aliases {
	ARRAY(struct alias) list;
};

static void aliases_free(struct aliases *aliases)
{
	array_foreach(alias, &aliases->list) {
		free(alias->name);
		free(alias->alias);
	}
	free(aliases->list.items);
}

/* The alias of a name of that kind, created when the name is new. */
static const char *alias_of(struct aliases *aliases, const char *kind, const char *name)
{
	size_t number = 1;
	struct alias *added;

	array_foreach(alias, &aliases->list) {
		if (strcmp(alias->kind, kind))
			continue;
		if (!strcmp(alias->name, name))
			return alias->alias;
		number++;
	}
	added = array_add(&aliases->list);
	*added = (struct alias){kind, mem_string(name),
				mem_format("%s-%zu", kind, number)};
	return added->alias;
}

static void replace(struct aliases *aliases, const char *kind, char **name)
{
	const char *alias = *name ? alias_of(aliases, kind, *name) : NULL;

	if (!alias)
		return;
	free(*name);
	*name = mem_string(alias);
}

/* Architecture and format in an image's name stay. */
static void replace_image(struct aliases *aliases, char **id)
{
	CLEANUP(free_ptr) char *old = *id;
	struct image_name name;
	size_t os;

	if (!old)
		return;
	*id = NULL;
	if (image_name_parse(old, strlen(old), &name, NULL) < 0) {
		*id = mem_string(alias_of(aliases, "image", old));
		return;
	}
	os = strcspn(old, "_");
	*id = mem_format("%s%s", alias_of(aliases, "image", old), old + os);
}

/* The suffix of a machine's volume ("_disk") stays. */
static void replace_volume(struct aliases *aliases, const struct facts *facts,
			   char **name)
{
	CLEANUP(free_ptr) char *old = *name;

	if (!old)
		return;
	*name = NULL;
	array_foreach(domain, &facts->domains) {
		size_t size = strlen(domain->name);

		if (!strncmp(old, domain->name, size) && old[size] == '_') {
			*name = mem_format("%s%s",
					   alias_of(aliases, "domain", domain->name),
					   old + size);
			return;
		}
	}
	*name = mem_string(alias_of(aliases, "volume", old));
}

/* The folder and the last component of a path are replaced separately. */
static void replace_path(struct aliases *aliases, const struct facts *facts, char **path)
{
	CLEANUP(free_ptr) char *old = *path;
	char *slash = old ? strrchr(old, '/') : NULL;
	CLEANUP(free_ptr) char *base = slash ? mem_string(slash + 1) : NULL;
	struct image_name name;

	if (!slash) {
		*path = old ? mem_string(alias_of(aliases, "path", old)) : NULL;
		return;
	}
	*slash = '\0';
	if (image_name_parse(base, strlen(base), &name, NULL) == 0)
		replace_image(aliases, &base);
	else
		replace_volume(aliases, facts, &base);
	*path = mem_format("/%s/%s", alias_of(aliases, "folder", old), base);
}

static void metadata_redact(struct aliases *aliases, const struct facts *facts,
			    struct metadata *metadata)
{
	struct metadata_reservation *reservation = &metadata->reservation;

	replace_image(aliases, &metadata->image_id);
	replace(aliases, "os", &metadata->os);
	replace(aliases, "user", &metadata->creator);
	replace(aliases, "plan", &metadata->plan);
	array_foreach(key, &metadata->keys)
		replace(aliases, "key", &key->name);
	replace(aliases, "batch", &metadata->batch);
	replace(aliases, "file", &metadata->batch_file);
	array_foreach(volume, &metadata->volumes) {
		replace(aliases, "pool", &volume->pool);
		replace_volume(aliases, facts, &volume->name);
		replace_path(aliases, facts, &volume->backing);
	}
	replace(aliases, "network", &reservation->network);
	replace(aliases, "domain", &reservation->name);
}

static void pool_redact(struct aliases *aliases, struct facts_pool *pool)
{
	CLEANUP(free_ptr) char *path = pool->path;

	replace(aliases, "pool", &pool->name);
	pool->path = path ? mem_format("/%s", alias_of(aliases, "folder", path)) : NULL;
}

/* The host of a URI; the scheme stays. */
static void uri_redact(struct aliases *aliases, char **uri)
{
	CLEANUP(free_ptr) char *old = *uri;
	size_t scheme = old ? strcspn(old, ":") : 0;

	if (old)
		*uri = mem_format("%.*s://%s/system", (int)scheme, old,
				  alias_of(aliases, "host", old));
}

void facts_redact(struct facts *facts)
{
	CLEANUP(aliases_free) struct aliases aliases = {0};

	uri_redact(&aliases, &facts->uri);
	replace(&aliases, "reason", &facts->unreachable);
	array_foreach(problem, &facts->problems)
		replace(&aliases, "reason", problem);
	pool_redact(&aliases, &facts->images_pool);
	pool_redact(&aliases, &facts->root_pool);
	replace(&aliases, "network", &facts->network.name);
	replace(&aliases, "bridge", &facts->network.bridge);
	array_foreach(host, &facts->network.hosts)
		replace(&aliases, "domain", &host->name);
	array_foreach(image, &facts->images) {
		replace_image(&aliases, &image->id);
		replace_path(&aliases, facts, &image->path);
	}
	array_foreach(image, &facts->unfinished)
		replace_image(&aliases, image);
	array_foreach(volume, &facts->volumes)
		replace_volume(&aliases, facts, &volume->name);
	array_foreach(domain, &facts->domains) {
		array_foreach(disk, &domain->disks.list) {
			array_foreach(path, &disk->chain)
				replace_path(&aliases, facts, path);
		}
		metadata_redact(&aliases, facts, &domain->metadata);
	}
	/* Domain names last, as volumes are recognized by them. */
	array_foreach(domain, &facts->domains)
		replace(&aliases, "domain", &domain->name);
}
