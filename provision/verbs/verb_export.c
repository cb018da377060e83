/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision export: prints domains that another tool created as a batch. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "common/xml.h"
#include "imagetool/image_name.h"
#include "provision/host/domain_export.h"
#include "provision/host/domain_export_write.h"
#include "provision/host/network.h"
#include "provision/verbs/verbs.h"

struct exports {
	ARRAY(struct domain_export) items;
};

static void exports_free(struct exports *exports)
{
	array_foreach(domain, &exports->items)
		domain_export_free(domain);
	free(exports->items.items);
}

/* The image that the disk is based on is more exact than the recorded OS. */
static int backing_read(virStorageVolPtr volume, struct domain_export *domain,
			struct error *error)
{
	CLEANUP(free_ptr) char *text = virStorageVolGetXMLDesc(volume, 0);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *path = NULL;
	struct image_name name;
	const char *base;

	if (!text)
		return virt_error(error, "%s", domain->disk_path);
	if (domain->metadata.image_id || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return 0;
	path = xml_string(&xml, NULL, "/volume/backingStore/path");
	base = path ? strrchr(path, '/') : NULL;
	if (!base || image_name_parse(base + 1, strlen(base + 1), &name, NULL) < 0)
		return 0;
	free(domain->image);
	domain->image = mem_string(base + 1);
	return 0;
}

/* A disk that is in no pool has no size. */
static int disk_look(virConnectPtr connection, struct domain_export *domain,
		     struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
	virStorageVolInfo info;

	if (!domain->disk_path)
		return 0;
	volume = virStorageVolLookupByPath(connection, domain->disk_path);
	if (!volume && virt_is_missing())
		return 0;
	pool = volume ? virStoragePoolLookupByVolume(volume) : NULL;
	if (!pool || virStorageVolGetInfo(volume, &info) < 0)
		return virt_error(error, "%s", domain->disk_path);
	domain->pool = mem_string(virStoragePoolGetName(pool));
	domain->disk_bytes = info.capacity;
	return backing_read(volume, domain, error);
}

static int address_look(virConnectPtr connection, struct domain_export *domain,
			struct error *error)
{
	CLEANUP(virNetworkFree_ptr) virNetworkPtr handle = NULL;
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(free_ptr) char *text = NULL;
	const struct network_host *entry;

	if (!domain->network || !domain->has_mac)
		return 0;
	handle = virNetworkLookupByName(connection, domain->network);
	text = handle ? virNetworkGetXMLDesc(handle, 0) : NULL;
	if (!text && virt_is_missing())
		return 0;
	if (!text)
		return virt_error(error, "network %s", domain->network);
	if (network_parse(text, strlen(text), &network, NULL) < 0)
		return 0;
	entry = network_host_by_mac(&network, domain->mac);
	if (!entry)
		return 0;
	domain->has_address = true;
	domain->address = entry->address;
	return 0;
}

static int domain_look(virConnectPtr connection, const char *name,
		       struct domain_export *domain, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr handle = virDomainLookupByName(connection, name);
	CLEANUP(free_ptr) char *xml = NULL;
	int autostart;

	if (!handle)
		return virt_error(error, "%s", name);
	xml = virDomainGetXMLDesc(handle, VIR_DOMAIN_XML_INACTIVE);
	if (!xml)
		return virt_error(error, "%s", name);
	if (domain_export_read(xml, strlen(xml), domain, error) < 0)
		return error_context(error, "%s", name);
	domain->autostart = virDomainGetAutostart(handle, &autostart) == 0 && autostart;
	if (disk_look(connection, domain, error) < 0 ||
	    address_look(connection, domain, error) < 0)
		return error_context(error, "%s", name);
	return 0;
}

static bool is_named_before(const struct cli *cli, int index)
{
	for (int i = 0; i < index; i++)
		if (!strcmp(cli->operands[i], cli->operands[index]))
			return true;
	return false;
}

int verb_export(struct cli *cli)
{
	CLEANUP(virConnectClose_ptr) virConnectPtr connection = NULL;
	CLEANUP(exports_free) struct exports exports = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *uri = NULL;
	int status = CLI_DONE;
	size_t unasked = 0;

	while (cli_next(cli) != CLI_END)
		;
	cli_operands(cli, 1, -1);
	connection = virt_open(cli->uris.count ? cli->uris.items[0] : NULL, true, &error);
	if (!connection) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	for (int i = 0; i < cli->operand_count; i++) {
		struct domain_export domain = {0};

		if (is_named_before(cli, i))
			continue;
		if (domain_look(connection, cli->operands[i], &domain, &error) == 0) {
			*array_add(&exports.items) = domain;
			continue;
		}
		domain_export_free(&domain);
		cli_error(cli, "%s", error_text(&error));
		status = CLI_NO;
		unasked += error.is_unasked;
	}
	if (!exports.items.count)
		return unasked ? CLI_SYSTEM : status;
	uri = virConnectGetURI(connection);
	domain_export_write(exports.items.items, exports.items.count, uri ? uri : "",
			    &text);
	return fwrite(text.data, 1, text.size, stdout) == text.size ? status : CLI_SYSTEM;
}
