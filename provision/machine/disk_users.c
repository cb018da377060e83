/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which domains that are off have a volume as their disk, in one call of libvirt. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "imagetool/pool_folder.h"
#include "imagetool/storage_probe.h"
#include "provision/host/host_connection.h"
#include "provision/machine/disk_users.h"
#include "provision/machine/volume_at.h"

enum { DISKS_MAX = 1024 };

struct sought {
	const char *pool, *name;
	char *path;
	const char *except_uuid;
	struct stat file; /* st_ino is 0 where it can't be seen from here */
};

/* A disk is a file by its path, or a volume by the names of pool and volume. */
enum kind { BY_PATH, BY_NAME, KINDS };

struct users {
	char *names[KINDS]; /* of domains; NULL: none */
};

static void users_free(struct users *users)
{
	for (enum kind kind = 0; kind < KINDS; kind++)
		free(users->names[kind]);
}

static void user_add(struct users *users, enum kind kind, virDomainPtr domain)
{
	if (!users->names[kind])
		users->names[kind] = mem_string(virDomainGetName(domain));
}

static void sought_free(struct sought *sought)
{
	free(sought->path);
}

static bool is_same_file(const struct sought *sought, const char *path)
{
	struct stat other;

	if (!strcmp(path, sought->path))
		return true;
	return sought->file.st_ino && path[0] == '/' && stat(path, &other) == 0 &&
	       other.st_ino == sought->file.st_ino && other.st_dev == sought->file.st_dev;
}

/* The same for the file of that name in the folder of a pool that is inactive, or has
 * not listed it yet. */
static int is_file_of(virStoragePoolPtr pool, const char *name,
		      const struct sought *sought, struct error *error)
{
	CLEANUP(free_ptr) char *type = NULL;
	CLEANUP(free_ptr) char *folder = NULL;
	CLEANUP(free_ptr) char *path = NULL;

	if (pool_folder_read(pool, &type, &folder, error) < 0)
		return -1;
	path = mem_format("%s/%s", folder ? folder : "", name);
	return is_same_file(sought, path);
}

/* Whether that volume, of a pool that may have another name here, is the same file; -1:
 * libvirt could not be asked. */
static int is_volume(virDomainPtr domain, const char *pool_name, const char *name,
		     const struct sought *sought, struct error *error)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(virDomainGetConnect(domain),
							    pool_name);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(free_ptr) char *path = NULL;

	if (!pool)
		return virt_is_missing() ? 0 : virt_error(error, "pool %s", pool_name);
	volume = virStorageVolLookupByName(pool, name);
	path = volume ? virStorageVolGetPath(volume) : NULL;
	if (!path && virt_is_unasked())
		return virt_error(error, "volume %s of pool %s", name, pool_name);
	return path ? is_same_file(sought, path) : is_file_of(pool, name, sought, error);
}

/* libvirt translates a disk of type "volume" only when its domain starts, and an image of
 * network storage has a name in place of a path. */
static int volumes_look(virDomainPtr domain, const struct sought *sought,
			struct users *users, struct error *error)
{
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr nodes = NULL;
	int found;

	if (!text)
		return virt_error_code() == VIR_ERR_NO_DOMAIN
			       ? 0
			       : virt_error(error, "can't read a domain");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	nodes = xml_nodes(&xml, NULL, "/domain/devices/disk/source");
	xml_foreach(node, nodes)
	{
		CLEANUP(free_ptr) char *image = xml_string(&xml, node, "@name");
		CLEANUP(free_ptr) char *pool = xml_string(&xml, node, "@pool");
		CLEANUP(free_ptr) char *volume = xml_string(&xml, node, "@volume");

		if (image && !strcmp(image, sought->path))
			user_add(users, BY_PATH, domain);
		if (!pool || !volume)
			continue;
		if (!strcmp(pool, sought->pool) && !strcmp(volume, sought->name))
			user_add(users, BY_NAME, domain);
		else if ((found = is_volume(domain, pool, volume, sought, error)) < 0)
			return -1;
		else if (found)
			user_add(users, BY_PATH, domain);
	}
	return 0;
}

static const char *stats_text(virDomainStatsRecordPtr stats, unsigned int disk,
			      const char *field)
{
	CLEANUP(free_ptr) char *key = mem_format("block.%u.%s", disk, field);
	const char *value = NULL;

	return virTypedParamsGetString(stats->params, stats->nparams, key, &value) == 1
		       ? value
		       : NULL;
}

/* Adds the domain to the users, by what it has the volume. */
static int user_look(virDomainStatsRecordPtr stats, const struct sought *sought,
		     struct users *users, struct error *error)
{
	unsigned int count = 0;
	bool has_unnamed = false;

	virTypedParamsGetUInt(stats->params, stats->nparams, "block.count", &count);
	if (count > DISKS_MAX)
		return error_set(error, "%s has more than %d disks",
				 virDomainGetName(stats->dom), DISKS_MAX);
	for (unsigned int i = 0; i < count; i++) {
		const char *path = stats_text(stats, i, "path");

		if (path && is_same_file(sought, path))
			user_add(users, BY_PATH, stats->dom);
		has_unnamed = has_unnamed || !path;
	}
	return has_unnamed ? volumes_look(stats->dom, sought, users, error) : 0;
}

/* The first user of each kind on that hypervisor. */
static int users_find(virConnectPtr connection, const struct sought *sought,
		      struct users *users, struct error *error)
{
	virDomainStatsRecordPtr *all = NULL;
	int status = 0;

	/* Those that run are not asked: a monitor that hangs would never answer. */
	if (virConnectGetAllDomainStats(connection, VIR_DOMAIN_STATS_BLOCK, &all,
					VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE) < 0)
		return virt_error_code() == VIR_ERR_NO_SUPPORT
			       ? 0
			       : virt_error(error, "can't list the disks of machines");
	for (size_t i = 0; all[i] && status == 0; i++) {
		char uuid[VIR_UUID_STRING_BUFLEN] = "";

		virDomainGetUUIDString(all[i]->dom, uuid);
		if (strcasecmp(uuid, sought->except_uuid))
			status = user_look(all[i], sought, users, error);
	}
	virDomainStatsRecordListFree(all);
	return status;
}

/* Whether such a user on another hypervisor has, or may have, the volume. */
static bool peer_has(virStoragePoolPtr pool, const struct sought *sought,
		     virConnectPtr peer, enum kind kind)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr other = kind == BY_PATH ? volume_at_pool(peer, sought->path)
						  : virStoragePoolLookupByName(
							    peer, sought->pool);
	CLEANUP(free_ptr) char *probe = storage_probe_name(sought->except_uuid);

	return storage_may_be_same(pool, other, probe);
}

static int peer_check(struct host *peer, virStoragePoolPtr pool,
		      const struct sought *sought, struct error *error)
{
	virConnectPtr connection = host_connection(peer)->connection;
	CLEANUP(users_free) struct users users = {0};

	if (users_find(connection, sought, &users, error) < 0)
		return error_context(error, "%s", peer->config->name);
	for (enum kind kind = 0; kind < KINDS; kind++) {
		if (users.names[kind] && peer_has(pool, sought, connection, kind))
			return error_set(error,
					 "volume %s of pool %s is in use by machine %s "
					 "on %s meanwhile; it is not deleted",
					 sought->name, sought->pool, users.names[kind],
					 peer->config->name);
	}
	return 0;
}

static int peers_check(struct host *host, virStoragePoolPtr pool,
		       const struct sought *sought, struct error *error)
{
	struct sought there = *sought;

	there.file.st_ino = 0;
	for (struct host *const *peer = host->all; peer && *peer; peer++) {
		int status;

		if (*peer == host || !(*peer)->connection ||
		    facts_are_same(&(*peer)->facts, &host->facts))
			continue;
		status = peer_check(*peer, pool, &there, error);
		host_connection_release(*peer);
		if (status < 0)
			return -1;
	}
	return 0;
}

int disk_users_check(struct host *host, virStoragePoolPtr pool, const char *name,
		     const char *except_uuid, struct error *error)
{
	virConnectPtr connection = virStoragePoolGetConnect(pool);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(sought_free)
	struct sought sought = {.pool = virStoragePoolGetName(pool),
				.name = name,
				.except_uuid = except_uuid};
	CLEANUP(users_free) struct users users = {0};
	const char *user;

	volume = virStorageVolLookupByName(pool, name);
	if (!volume)
		return virt_error_code() == VIR_ERR_NO_STORAGE_VOL
			       ? 0
			       : virt_error(error, "volume %s", name);
	sought.path = virStorageVolGetPath(volume);
	if (!sought.path)
		return virt_error(error, "volume %s", name);
	if (virt_is_local(connection) && stat(sought.path, &sought.file) < 0)
		sought.file.st_ino = 0;
	if (users_find(connection, &sought, &users, error) < 0)
		return -1;
	user = users.names[BY_PATH] ? users.names[BY_PATH] : users.names[BY_NAME];
	if (user)
		return error_set(error,
				 "volume %s of pool %s is in use by machine %s "
				 "meanwhile; it is not deleted",
				 name, sought.pool, user);
	return peers_check(host, pool, &sought, error);
}
