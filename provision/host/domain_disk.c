/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of a domain, and the files below them. */
#define _GNU_SOURCE
#include <libxml/tree.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "common/xml.h"
#include "provision/host/domain_disk.h"

/* The attribute that holds the path; NULL when no disk has it. */
static xmlNodePtr source_find(struct xml *xml, const char *path)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, NULL,
		"/domain/devices/disk/source/@file|/domain/devices/disk/source/@dev");

	xml_foreach(source, sources)
	{
		xmlChar *value = xmlNodeGetContent(source);
		bool same = value && !strcmp((char *)value, path);

		xmlFree(value);
		if (same)
			return source;
	}
	return NULL;
}

static void chain_read(struct xml *xml, xmlNodePtr node, struct domain_disk *disk)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, node, "descendant::source[not(ancestor::mirror)]");

	xml_foreach(source, sources)
	{
		CLEANUP(free_ptr)
		char *path = xml_string(xml, source, "@file|@dev|@name");

		if (path && *path)
			*array_add(&disk->chain) = TAKE(path);
	}
}

void domain_disks_read(struct xml *domain, struct domain_disks *disks)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(domain, NULL, "/domain/devices/disk");

	xml_foreach(node, nodes)
	{
		CLEANUP(free_ptr) char *device = xml_string(domain, node, "@device");
		CLEANUP(free_ptr) char *readonly = xml_string(domain, node, "readonly");
		CLEANUP(free_ptr) char *mirror = xml_string(domain, node, "mirror");
		struct domain_disk *disk = array_add(&disks->list);

		disk->target = xml_string(domain, node, "target/@dev");
		if (!disk->target)
			disk->target = mem_string("");
		disk->is_writable = !readonly && (!device || !strcmp(device, "disk") ||
						  !strcmp(device, "lun"));
		disk->has_mirror = mirror;
		disk->pool = xml_string(domain, node, "source/@pool");
		disk->volume = xml_string(domain, node, "source/@volume");
		chain_read(domain, node, disk);
	}
}

void domain_disks_free(struct domain_disks *disks)
{
	if (!disks)
		return;
	array_foreach(disk, &disks->list) {
		array_foreach(path, &disk->chain)
			free(*path);
		free(disk->chain.items);
		free(disk->target);
		free(disk->pool);
		free(disk->volume);
	}
	free(disks->list.items);
	*disks = (struct domain_disks){0};
}

bool domain_disk_uses(const struct domain_disk *disk, const char *path)
{
	array_foreach(one, &disk->chain) {
		if (!strcmp(*one, path))
			return true;
	}
	return false;
}

bool domain_disks_use(const struct domain_disks *disks, const char *path)
{
	array_foreach(disk, &disks->list) {
		if (domain_disk_uses(disk, path))
			return true;
	}
	return false;
}

bool domain_disks_use_volume(const struct domain_disks *disks, const char *pool,
			     const char *volume)
{
	array_foreach(disk, &disks->list) {
		if (text_equal(disk->pool, pool) && text_equal(disk->volume, volume))
			return true;
	}
	return false;
}

struct domain_disk *domain_disks_root(const struct domain_disks *disks, const char *path)
{
	struct domain_disk *only = NULL;
	size_t writable = 0;

	array_foreach(disk, &disks->list) {
		if (domain_disk_uses(disk, path))
			return disk;
		if (!disk->is_writable)
			continue;
		only = disk;
		writable++;
	}
	return writable == 1 ? only : NULL;
}

bool domain_disk_has(const char *domain_xml, size_t size, const char *path)
{
	CLEANUP(xml_free) struct xml xml = {0};

	return xml_parse(&xml, domain_xml, size, NULL) == 0 && source_find(&xml, path);
}

/* The text of the disk that the source belongs to. */
static char *disk_text(struct xml *xml, xmlNodePtr source, const xmlChar *attribute,
		       const char *path)
{
	CLEANUP(xmlBufferFree_ptr) xmlBufferPtr buffer = xmlBufferCreate();

	if (!buffer || !xmlSetProp(source, attribute, BAD_CAST path) ||
	    xmlNodeDump(buffer, xml->document, source->parent, 0, 0) < 0)
		mem_exhausted();
	return mem_string((const char *)xmlBufferContent(buffer));
}

char *domain_disk_moved(const char *domain_xml, size_t size, const char *from,
			const char *to, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	xmlNodePtr attribute;

	if (xml_parse(&xml, domain_xml, size, error) < 0)
		return NULL;
	attribute = source_find(&xml, from);
	if (!attribute) {
		error_set(error, "no disk of the domain is %s", from);
		return NULL;
	}
	return disk_text(&xml, attribute->parent, attribute->name, to);
}

/* An empty drive of a running guest has an index in its source. */
static xmlNodePtr source_take(xmlNodePtr disk)
{
	for (xmlNodePtr node = disk->children; node; node = node->next)
		if (xmlStrEqual(node->name, BAD_CAST "source"))
			return node;
	return xmlNewChild(disk, NULL, BAD_CAST "source", NULL);
}

char *domain_disk_filled(const char *domain_xml, size_t size, const char *target,
			 const char *path, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr nodes = NULL;

	if (xml_parse(&xml, domain_xml, size, error) < 0)
		return NULL;
	nodes = xml_nodes(&xml, NULL,
			  "/domain/devices/disk[@device='cdrom']"
			  "[not(source[@file or @dev or @dir or @name or @volume])]");
	xml_foreach(node, nodes)
	{
		CLEANUP(free_ptr) char *name = xml_string(&xml, node, "target/@dev");
		bool block = !strncmp(path, "/dev/", 5);
		xmlNodePtr source;

		if (!name || strcmp(name, target))
			continue;
		source = source_take(node);
		if (!source || !xmlSetProp(node, BAD_CAST "type",
					   BAD_CAST(block ? "block" : "file")))
			mem_exhausted();
		return disk_text(&xml, source, BAD_CAST(block ? "dev" : "file"), path);
	}
	error_set(error, "%s is not an empty CD-ROM any more", target);
	return NULL;
}
