/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adding what a template leaves out to a rendered domain: identity, metadata, config
 * drive. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "common/xml.h"
#include "leases/interface_xml.h"
#include "provision/plan/domain_order.h"
#include "provision/plan/domain_xml.h"

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

/* The template may leave out <uuid>; neither <name> nor <uuid> may differ. */
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

/* Templates connect an interface to libvirt's network, also where that is a bridge. */
static void bridge_put(struct xml *xml, xmlNodePtr domain, const char *bridge)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, domain, "devices/interface[@type='network']/source");

	xml_foreach(source, sources)
	{
		CLEANUP(free_ptr) char *network = xml_string(xml, source, "@network");

		if (!network || strcmp(network, bridge))
			continue;
		xmlUnsetProp(source, BAD_CAST "network");
		attribute_set(source, "bridge", bridge);
		attribute_set(source->parent, "type", "bridge");
	}
}

/* The interface on the network, else the first one; NULL if there is none. */
static const struct interface_xml *interface_find(
	const struct interface_xml_list *interfaces,
	const struct domain_identity *identity)
{
	array_foreach(interface, interfaces) {
		if (text_equal(interface->network, identity->network) ||
		    (identity->is_bridge &&
		     text_equal(interface->bridge, identity->network)))
			return interface;
	}
	return interfaces->count ? interfaces->items : NULL;
}

/* The template may put the MAC address on any interface, but not choose another address.
 */
static int mac_put(struct xml *xml, xmlNodePtr domain,
		   const struct interface_xml_list *interfaces,
		   const struct domain_identity *identity, struct error *error)
{
	const struct interface_xml *chosen = interface_find(interfaces, identity);
	CLEANUP(free_ptr) char *path = NULL;
	xmlNodePtr node = NULL, mac;

	array_foreach(interface, interfaces)
		if (interface->mac && !strcasecmp(interface->mac, identity->mac))
			return 0;
	if (chosen && chosen->mac && *chosen->mac)
		return error_set(error,
				 "<mac> of the interface is \"%s\", not "
				 "{{ .Machine.HWAddr }}",
				 chosen->mac);
	if (chosen) {
		path = mem_format("(devices/interface)[%td]",
				  chosen - interfaces->items + 1);
		node = node_find(xml, domain, path);
	}
	if (!node)
		return error_set(error, "the domain has no <interface>");
	mac = node_find(xml, node, "mac");
	attribute_set(mac ? mac : child_add(node, "mac"), "address", identity->mac);
	return 0;
}

static bool is_same_element(xmlNodePtr a, xmlNodePtr b)
{
	return a->type == XML_ELEMENT_NODE && b->type == XML_ELEMENT_NODE &&
	       xmlStrEqual(a->name, b->name) &&
	       xmlStrEqual(a->ns ? a->ns->href : NULL, b->ns ? b->ns->href : NULL);
}

static xmlNodePtr child_find(xmlNodePtr parent, xmlNodePtr wanted)
{
	for (xmlNodePtr child = parent->children; child; child = child->next)
		if (is_same_element(child, wanted))
			return child;
	return NULL;
}

/* Templates of Vmango's first version have some children of its element themselves. */
static void missing_move(xmlNodePtr from, xmlNodePtr to)
{
	xmlNodePtr next;

	for (xmlNodePtr child = from->children; child; child = next) {
		next = child->next;
		if (child->type != XML_ELEMENT_NODE || child_find(to, child))
			continue;
		xmlUnlinkNode(child);
		xmlAddChild(to, child);
		if (xmlReconciliateNs(to->doc, child) < 0)
			mem_exhausted();
	}
}

/* Adds each element, and child of one, that the template has not added; it may have
 * others. */
static int metadata_put(struct xml *xml, xmlNodePtr domain, const char *metadata,
			struct error *error)
{
	xmlNodePtr element = node_find(xml, domain, "metadata"), list = NULL, next;

	if (!element)
		element = child_add(domain, "metadata");
	if (xmlParseInNodeContext(element, metadata, (int)strlen(metadata),
				  XML_PARSE_NONET | XML_PARSE_NOERROR |
					  XML_PARSE_NOWARNING,
				  &list) != XML_ERR_OK)
		return error_set(error, "the metadata are not well-formed XML");
	for (xmlNodePtr node = list; node; node = next) {
		xmlNodePtr same = child_find(element, node);

		next = node->next;
		xmlUnlinkNode(node);
		if (!same) {
			xmlAddChild(element, node);
			continue;
		}
		missing_move(node, same);
		xmlFreeNode(node);
	}
	return 0;
}

/* The first unused name of a virtio disk: "vda" and so on. */
static int target_choose(struct xml *xml, xmlNodePtr domain, char target[static 4],
			 struct error *error)
{
	for (char letter = 'a'; letter <= 'z'; letter++) {
		CLEANUP(free_ptr)
		char *path = mem_format("devices/disk/target[@dev='vd%c']", letter);

		if (node_find(xml, domain, path))
			continue;
		memcpy(target, (const char[]){'v', 'd', letter, '\0'}, 4);
		return 0;
	}
	return error_set(error,
			 "no disk name from vda to vdz is free for the config drive");
}

/* The domain has an interface, so <devices> exists. */
static xmlNodePtr disk_add(struct xml *xml, xmlNodePtr domain, struct error *error)
{
	char target[4];
	xmlNodePtr disk, node;

	if (target_choose(xml, domain, target, error) < 0)
		return NULL;
	/* Every machine type and cloud kernel supports virtio. */
	disk = child_add(node_find(xml, domain, "devices"), "disk");
	attribute_set(disk, "device", "disk");
	node = child_add(disk, "target");
	attribute_set(node, "dev", target);
	attribute_set(node, "bus", "virtio");
	child_add(disk, "readonly");
	return disk;
}

static bool drive_exists(struct xml *xml, xmlNodePtr domain, const char *path)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr sources = xml_nodes(
		xml, domain, "devices/disk/source/@file|devices/disk/source/@dev");

	xml_foreach(source, sources)
	{
		CLEANUP(free_ptr) char *its = xml_string(xml, source, ".");

		if (!strcmp(its, path))
			return true;
	}
	return false;
}

static int drive_put(struct xml *xml, xmlNodePtr domain, const char *path,
		     struct error *error)
{
	/* libvirt treats an empty path as no medium. */
	static const char empty[] =
		"devices/disk[@device='cdrom'][not(source/@file[. != ''] | "
		"source/@dev[. != ''] | source/@dir | source/@volume | "
		"source/@protocol)]";
	bool block = !strncmp(path, "/dev/", 5);
	xmlNodePtr disk, source;

	if (drive_exists(xml, domain, path))
		return 0;
	disk = node_find(xml, domain, empty);
	if (!disk)
		disk = disk_add(xml, domain, error);
	if (!disk)
		return -1;
	source = node_find(xml, disk, "source");
	if (!source)
		source = child_add(disk, "source");
	xmlUnsetProp(source, BAD_CAST(block ? "file" : "dev"));
	attribute_set(source, block ? "dev" : "file", path);
	attribute_set(disk, "type", block ? "block" : "file");
	return 0;
}

char *domain_xml_finish(const char *text, size_t size,
			const struct domain_identity *identity, struct error *error)
{
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
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
	    interface_xml_parse(text, size, &interfaces, error) < 0 ||
	    mac_put(&xml, domain, &interfaces, identity, error) < 0 ||
	    metadata_put(&xml, domain, identity->metadata, error) < 0)
		return NULL;
	if (identity->drive_path &&
	    drive_put(&xml, domain, identity->drive_path, error) < 0)
		return NULL;
	if (identity->is_bridge)
		bridge_put(&xml, domain, identity->network);
	domain_order(domain);
	return xml_text(&xml);
}
