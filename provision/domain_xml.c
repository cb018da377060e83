/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rendered domain made ours: identity, metadata and config drive where a template has
 * left them out. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/xml.h"
#include "provision/domain_xml.h"

static xmlNodePtr node_find(struct xml *xml, xmlNodePtr from, const char *path)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(xml, from, path);

	if (!nodes || !nodes->nodesetval || nodes->nodesetval->nodeNr == 0)
		return NULL;
	return nodes->nodesetval->nodeTab[0];
}

static xmlNodePtr child_add(xmlNodePtr parent, const char *name)
{
	xmlNodePtr child = xmlNewChild(parent, NULL, BAD_CAST name, NULL);

	if (!child)
		mem_exhausted();
	return child;
}

static void attribute_set(xmlNodePtr node, const char *name, const char *value)
{
	if (!xmlSetProp(node, BAD_CAST name, BAD_CAST value))
		mem_exhausted();
}

/* <name> and <uuid>: the template may leave the second out, neither may differ. */
static int identity_put(struct xml *xml, xmlNodePtr domain,
			const struct domain_identity *identity, struct error *error)
{
	CLEANUP(free_ptr) char *name = xml_string(xml, domain, "name");
	CLEANUP(free_ptr) char *uuid = xml_string(xml, domain, "uuid");

	if (!name || strcmp(name, identity->name))
		return error_set(error, "<name> is \"%s\", not \"%s\"", name ? name : "",
				 identity->name);
	if (uuid && strcasecmp(uuid, identity->uuid))
		return error_set(error, "<uuid> is \"%s\", not {{ .Machine.Id }}", uuid);
	if (!uuid)
		xmlNewTextChild(domain, NULL, BAD_CAST "uuid", BAD_CAST identity->uuid);
	return 0;
}

static int mac_put(struct xml *xml, xmlNodePtr domain,
		   const struct domain_identity *identity, struct error *error)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr interfaces = xml_nodes(xml, domain, "devices/interface");
	xmlNodePtr chosen = NULL, mac;

	xml_foreach(interface, interfaces)
	{
		CLEANUP(free_ptr)
		char *network = xml_string(xml, interface, "source/@network");

		if (!chosen || (network && !strcmp(network, identity->network))) {
			chosen = interface;
			if (network && !strcmp(network, identity->network))
				break;
		}
	}
	if (!chosen)
		return error_set(error, "the domain has no <interface>");
	mac = node_find(xml, chosen, "mac");
	if (!mac)
		mac = child_add(chosen, "mac");
	attribute_set(mac, "address", identity->mac);
	return 0;
}

static int metadata_put(struct xml *xml, xmlNodePtr domain, const char *metadata,
			struct error *error)
{
	xmlNodePtr element = node_find(xml, domain, "metadata"), list = NULL;

	if (element && node_find(xml, element, "*"))
		return 0;
	if (!element)
		element = child_add(domain, "metadata");
	if (xmlParseInNodeContext(element, metadata, (int)strlen(metadata),
				  XML_PARSE_NONET, &list) != XML_ERR_OK)
		return error_set(error, "metadata is no XML");
	xmlAddChildList(element, list);
	return 0;
}

/* The names that no disk of the domain has: hda and so on. */
static void target_choose(struct xml *xml, xmlNodePtr domain, const char *prefix,
			  char target[static 8])
{
	for (char letter = 'z'; letter >= 'a'; letter--) {
		CLEANUP(free_ptr)
		char *path = mem_format("devices/disk/target[@dev='%s%c']", prefix,
					letter);

		if (node_find(xml, domain, path))
			continue;
		memcpy(target, prefix, 2);
		target[2] = letter;
		target[3] = '\0';
	}
}

static int drive_put(struct xml *xml, xmlNodePtr domain, const char *path,
		     struct error *error)
{
	static const char empty[] = "devices/disk[@device='cdrom'][not(source)]";
	xmlNodePtr disk = node_find(xml, domain, empty);
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, domain, "devices/disk/source/@file|devices/disk/source/@dev");

	xml_foreach(source, sources)
	{
		xmlChar *value = xmlNodeGetContent(source);
		bool same = value && !strcmp((char *)value, path);

		xmlFree(value);
		if (same)
			return 0;
	}
	if (!disk) {
		xmlNodePtr devices = node_find(xml, domain, "devices");
		char target[8] = "vda";

		if (!devices)
			return error_set(error, "the domain has no <devices>");
		/* virtio is the bus that every machine type and cloud kernel has. */
		target_choose(xml, domain, "vd", target);
		disk = child_add(devices, "disk");
		attribute_set(disk, "type", "file");
		attribute_set(disk, "device", "disk");
		attribute_set(child_add(disk, "target"), "dev", target);
		attribute_set(node_find(xml, disk, "target"), "bus", "virtio");
		child_add(disk, "readonly");
	}
	attribute_set(child_add(disk, "source"),
		      strncmp(path, "/dev/", 5) ? "file" : "dev", path);
	attribute_set(disk, "type", strncmp(path, "/dev/", 5) ? "file" : "block");
	return 0;
}

char *domain_xml_finish(const char *text, size_t size,
			const struct domain_identity *identity, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	xmlNodePtr domain;

	if (xml_parse(&xml, text, size, error) < 0)
		return NULL;
	domain = node_find(&xml, NULL, "/domain");
	if (!domain) {
		error_set(error, "no <domain>");
		return NULL;
	}
	if (identity_put(&xml, domain, identity, error) < 0 ||
	    mac_put(&xml, domain, identity, error) < 0 ||
	    metadata_put(&xml, domain, identity->metadata, error) < 0)
		return NULL;
	if (identity->drive_path &&
	    drive_put(&xml, domain, identity->drive_path, error) < 0)
		return NULL;
	return xml_text(&xml);
}
