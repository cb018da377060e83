/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts without the names that people gave to things. */
#define _GNU_SOURCE
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/facts_redact.h"

/* A name and its alias. */
struct alias {
	const char *kind;
	char *name, *alias;
};

static int alias_compare(const void *left, const void *right)
{
	const struct alias *one = left, *other = right;
	int order = strcmp(one->kind, other->kind);

	return order ? order : strcmp(one->name, other->name);
}

static void alias_free(void *node)
{
	struct alias *alias = node;

	free(alias->name);
	free(alias->alias);
	free(alias);
}

void redaction_free(struct redaction *redaction)
{
	if (!redaction)
		return;
	tdestroy(redaction->aliases, alias_free);
	free(redaction->kinds.items);
	*redaction = (struct redaction){0};
}

/* The number of the next alias of that kind. */
static size_t number_next(struct redaction *redaction, const char *kind)
{
	struct redaction_kind *added;

	array_foreach(known, &redaction->kinds) {
		if (!strcmp(known->kind, kind))
			return ++known->count;
	}
	added = array_add(&redaction->kinds);
	*added = (struct redaction_kind){kind, 1};
	return added->count;
}

/* The alias of a name of that kind; a new one for a new name. */
static const char *alias_of(struct redaction *redaction, const char *kind,
			    const char *name)
{
	const struct alias wanted = {.kind = kind, .name = (char *)name};
	void *found = tfind(&wanted, &redaction->aliases, alias_compare);
	struct alias *added;

	if (found)
		return (*(struct alias **)found)->alias;
	added = mem_zero(1, sizeof(*added));
	*added = (struct alias){kind, mem_string(name),
				mem_format("%s-%zu", kind, number_next(redaction, kind))};
	if (!tsearch(added, &redaction->aliases, alias_compare))
		mem_exhausted();
	return added->alias;
}

static void replace(struct redaction *redaction, const char *kind, char **name)
{
	CLEANUP(free_ptr) char *old = *name;

	if (old)
		*name = mem_string(alias_of(redaction, kind, old));
}

/* An image keeps what its name says of architecture and format. */
static void replace_image(struct redaction *redaction, char **id)
{
	CLEANUP(free_ptr) char *old = *id;
	struct image_name name;
	const char *alias;

	if (!old)
		return;
	alias = alias_of(redaction, "image", old);
	if (image_name_parse(old, strlen(old), &name, NULL) < 0)
		*id = mem_string(alias);
	else
		*id = mem_format("%s_%s_%s.img", alias, image_arch_word(name.arch),
				 image_format_word(name.format));
}

/* What is named as volumes of machines are keeps the end of its name. */
static void replace_volume(struct redaction *redaction, char **name)
{
	CLEANUP(free_ptr) char *old = *name;
	CLEANUP(free_ptr) char *machine = NULL;
	const char *suffix;

	if (!old)
		return;
	machine = machine_of_volume(old, &suffix);
	*name = machine ? mem_format("%s%s", alias_of(redaction, "domain", machine),
				     suffix)
			: mem_string(alias_of(redaction, "volume", old));
}

/* Of a path its folder and its last part are replaced. */
static void replace_path(struct redaction *redaction, char **path)
{
	CLEANUP(free_ptr) char *old = *path;
	char *slash = old ? strrchr(old, '/') : NULL;
	CLEANUP(free_ptr) char *base = slash ? mem_string(slash + 1) : NULL;
	struct image_name name;

	if (!slash) {
		*path = old ? mem_string(alias_of(redaction, "path", old)) : NULL;
		return;
	}
	*slash = '\0';
	if (image_name_parse(base, strlen(base), &name, NULL) == 0)
		replace_image(redaction, &base);
	else
		replace_volume(redaction, &base);
	*path = mem_format("/%s/%s", alias_of(redaction, "folder", old), base);
}

static void metadata_redact(struct redaction *redaction, struct metadata *metadata)
{
	struct metadata_reservation *reservation = &metadata->reservation;

	replace_image(redaction, &metadata->image_id);
	replace(redaction, "os", &metadata->os);
	replace(redaction, "user", &metadata->creator);
	replace(redaction, "plan", &metadata->plan);
	array_foreach(key, &metadata->keys)
		replace(redaction, "key", &key->name);
	replace(redaction, "batch", &metadata->batch);
	replace(redaction, "domain", &metadata->adopted_name);
	replace(redaction, "file", &metadata->batch_file);
	array_foreach(volume, &metadata->volumes) {
		replace(redaction, "pool", &volume->pool);
		replace_volume(redaction, &volume->name);
		replace_path(redaction, &volume->backing);
	}
	replace(redaction, "network", &reservation->network);
	replace(redaction, "domain", &reservation->name);
}

static void pool_redact(struct redaction *redaction, struct facts_pool *pool)
{
	CLEANUP(free_ptr) char *path = pool->path;

	replace(redaction, "pool", &pool->name);
	if (path)
		pool->path = mem_format("/%s", alias_of(redaction, "folder", path));
}

/* The scheme stays: it says how the hypervisor is reached. */
static void uri_redact(struct redaction *redaction, char **uri)
{
	CLEANUP(free_ptr) char *old = *uri;
	const char *end = old ? strstr(old, "://") : NULL;

	if (old)
		*uri = mem_format("%.*s://%s/system", end ? (int)(end - old) : 0, old,
				  alias_of(redaction, "host", old));
}

/* A path of the host names a loader; a word, a kind of firmware. */
static void hardware_redact(struct redaction *redaction, struct domain_hardware *hardware)
{
	array_foreach(nic, &hardware->nics)
		replace(redaction, "network", &nic->source);
	array_foreach(disk, &hardware->disks)
		replace_path(redaction, &disk->path);
	if (hardware->firmware && strchr(hardware->firmware, '/'))
		replace_path(redaction, &hardware->firmware);
}

static void domain_redact(struct redaction *redaction, struct facts_domain *domain)
{
	replace(redaction, "domain", &domain->name);
	array_foreach(disk, &domain->disks.list) {
		array_foreach(path, &disk->chain)
			replace_path(redaction, path);
		replace(redaction, "pool", &disk->pool);
		replace_volume(redaction, &disk->volume);
	}
	hardware_redact(redaction, &domain->hardware);
	hardware_redact(redaction, &domain->live);
	metadata_redact(redaction, &domain->metadata);
}

const char *facts_redact(struct facts *facts, const char *hypervisor,
			 struct redaction *redaction)
{
	uri_redact(redaction, &facts->uri);
	replace(redaction, "reason", &facts->unreachable);
	array_foreach(problem, &facts->problems)
		replace(redaction, "reason", problem);
	pool_redact(redaction, &facts->images_pool);
	pool_redact(redaction, &facts->root_pool);
	replace(redaction, "network", &facts->network.name);
	replace(redaction, "bridge", &facts->network.bridge);
	array_foreach(host, &facts->network.hosts)
		replace(redaction, "domain", &host->name);
	array_foreach(host, &facts->network.configured)
		replace(redaction, "domain", &host->name);
	array_foreach(image, &facts->images) {
		replace_image(redaction, &image->id);
		replace_path(redaction, &image->path);
	}
	array_foreach(image, &facts->unfinished)
		replace_image(redaction, image);
	array_foreach(volume, &facts->volumes)
		replace_volume(redaction, &volume->name);
	array_foreach(domain, &facts->domains)
		domain_redact(redaction, domain);
	return alias_of(redaction, "hypervisor", hypervisor);
}
