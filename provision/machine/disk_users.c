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

/* libvirt translates a disk of type "volume" only when its domain starts. 1: it has the
 * volume, 0: not, -1: that can't be read. */
static int has_volume(virDomainPtr domain, const struct sought *sought,
		      struct error *error)
{
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr nodes = NULL;
	int found = 0;

	if (!text)
		return virt_error_code() == VIR_ERR_NO_DOMAIN
			       ? 0
			       : virt_error(error, "can't read a domain");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	nodes = xml_nodes(&xml, NULL, "/domain/devices/disk[@type='volume']/source");
	xml_foreach(node, nodes)
	{
		CLEANUP(free_ptr) char *pool = xml_string(&xml, node, "@pool");
		CLEANUP(free_ptr) char *volume = xml_string(&xml, node, "@volume");

		if (text_equal(pool, sought->pool) && text_equal(volume, sought->name))
			found = 1;
	}
	return found;
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

/* The same three results. */
static int is_user(virDomainStatsRecordPtr stats, const struct sought *sought,
		   struct error *error)
{
	unsigned int count = 0;
	bool has_unnamed = false;

	virTypedParamsGetUInt(stats->params, stats->nparams, "block.count", &count);
	for (unsigned int i = 0; i < count && i < DISKS_MAX; i++) {
		const char *path = stats_text(stats, i, "path");

		if (path && is_same_file(sought, path))
			return 1;
		has_unnamed = has_unnamed || !path;
	}
	return has_unnamed ? has_volume(stats->dom, sought, error) : 0;
}

/* The first user on that hypervisor, the caller's; NULL: none. */
static int user_find(virConnectPtr connection, const struct sought *sought, char **user,
		     struct error *error)
{
	virDomainStatsRecordPtr *all = NULL;
	int status = 0;

	*user = NULL;
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
			status = is_user(all[i], sought, error);
		if (status > 0)
			*user = mem_string(virDomainGetName(all[i]->dom));
	}
	virDomainStatsRecordListFree(all);
	return status < 0 ? -1 : 0;
}

/* Whether the volume is, or may be, the one with that path, or of that pool's name, on
 * another hypervisor. */
static bool may_be_same(virStoragePoolPtr pool, const struct sought *sought,
			virConnectPtr peer)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr at_path = volume_at_pool(peer, sought->path);
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr named = virStoragePoolLookupByName(peer, sought->pool);
	CLEANUP(free_ptr) char *probe = mem_format(".%s.probe", sought->name);

	if (!at_path && !named)
		return true;
	return (at_path && storage_compare(pool, at_path, probe) != STORAGE_OTHER) ||
	       (named && storage_compare(pool, named, probe) != STORAGE_OTHER);
}

static int peer_check(struct host *peer, virStoragePoolPtr pool,
		      const struct sought *sought, struct error *error)
{
	virConnectPtr connection = host_connection(peer)->connection;
	CLEANUP(free_ptr) char *user = NULL;

	if (user_find(connection, sought, &user, error) < 0)
		return error_context(error, "%s", peer->config->name);
	if (!user || !may_be_same(pool, sought, connection))
		return 0;
	return error_set(error,
			 "volume %s of pool %s is in use by machine %s on %s meanwhile; "
			 "it is not deleted",
			 sought->name, sought->pool, user, peer->config->name);
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
	CLEANUP(free_ptr) char *user = NULL;

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
	if (user_find(connection, &sought, &user, error) < 0)
		return -1;
	if (user)
		return error_set(error,
				 "volume %s of pool %s is in use by machine %s "
				 "meanwhile; it is not deleted",
				 name, sought.pool, user);
	return peers_check(host, pool, &sought, error);
}
