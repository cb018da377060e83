/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hardware of a domain, as far as a batch and its template describe it. */
#define _GNU_SOURCE
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/host/domain_hardware.h"

/* Units of memory (https://libvirt.org/formatdomain.html#memory-allocation). */
static uint64_t unit_bytes(const char *unit)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {{"b", 1},
		     {"bytes", 1},
		     {"KB", 1000},
		     {"k", 1024},
		     {"KiB", 1024},
		     {"MB", 1000000},
		     {"M", UINT64_C(1) << 20},
		     {"MiB", UINT64_C(1) << 20},
		     {"GB", 1000000000},
		     {"G", UINT64_C(1) << 30},
		     {"GiB", UINT64_C(1) << 30}};

	for (size_t i = 0; unit && i < ARRAY_LENGTH(units); i++)
		if (!strcmp(unit, units[i].name))
			return units[i].bytes;
	return unit ? 0 : 1024;
}

/* 0 if it is missing, or in a unit that is not known. */
static uint64_t memory_read(struct xml *xml, const char *path)
{
	CLEANUP(free_ptr) char *unit_path = mem_format("%s/@unit", path);
	CLEANUP(free_ptr) char *unit = xml_string(xml, NULL, unit_path);
	uint64_t number, bytes = unit_bytes(unit);

	if (!bytes || xml_number(xml, NULL, path, &number) < 0 ||
	    number > UINT64_MAX / bytes)
		return 0;
	return number * bytes;
}

static unsigned int count_read(struct xml *xml, const char *path)
{
	uint64_t number;

	return xml_number(xml, NULL, path, &number) == 0 && number <= UINT32_MAX
		       ? (unsigned int)number
		       : 0;
}

static void nic_read(struct xml *xml, xmlNodePtr node, struct hardware_nic *nic)
{
	CLEANUP(free_ptr) char *mac = xml_string(xml, node, "mac/@address");
	CLEANUP(free_ptr) char *link = xml_string(xml, node, "link/@state");

	nic->is_down = link && !strcmp(link, "down");
	nic->has_mac = mac && mac_parse(mac, nic->mac, NULL) == 0;
	nic->model = xml_string(xml, node, "model/@type");
	nic->port = xml_string(xml, node, "source/@portid");
	nic->source = xml_string(xml, node, "source/@network");
	if (!nic->source)
		nic->source = xml_string(xml, node, "source/@bridge|source/@dev");
}

static void disk_read(struct xml *xml, xmlNodePtr node, struct hardware_disk *disk)
{
	CLEANUP(free_ptr)
	char *path = xml_string(xml, node, "source/@file|source/@dev");

	disk->target = xml_string(xml, node, "target/@dev");
	disk->bus = xml_string(xml, node, "target/@bus");
	disk->path = path && *path ? TAKE(path) : NULL;
}

static void devices_read(struct xml *xml, struct domain_hardware *hardware)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nics = xml_nodes(xml, NULL, "/domain/devices/interface");
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr disks = xml_nodes(xml, NULL, "/domain/devices/disk");

	xml_foreach(nic, nics)
	{
		nic_read(xml, nic, array_add(&hardware->nics));
	}
	xml_foreach(disk, disks)
	{
		disk_read(xml, disk, array_add(&hardware->disks));
	}
}

void domain_hardware_read(struct xml *xml, struct domain_hardware *hardware)
{
	*hardware = (struct domain_hardware){
		.is_known = true,
		.memory_max_bytes = memory_read(xml, "/domain/memory"),
		.memory_bytes = memory_read(xml, "/domain/currentMemory"),
		.cpus_max = count_read(xml, "/domain/vcpu"),
		.cpus = count_read(xml, "/domain/vcpu/@current"),
		.type = xml_string(xml, NULL, "/domain/@type"),
		.machine_type = xml_string(xml, NULL, "/domain/os/type/@machine"),
		.cpu_mode = xml_string(xml, NULL, "/domain/cpu/@mode"),
		.firmware = xml_string(xml, NULL, "/domain/os/@firmware"),
	};
	if (!hardware->memory_bytes)
		hardware->memory_bytes = hardware->memory_max_bytes;
	if (!hardware->cpus)
		hardware->cpus = hardware->cpus_max;
	if (!hardware->firmware)
		hardware->firmware = xml_string(xml, NULL, "/domain/os/loader");
	devices_read(xml, hardware);
}

void domain_hardware_free(struct domain_hardware *hardware)
{
	if (!hardware)
		return;
	free(hardware->type);
	free(hardware->machine_type);
	free(hardware->cpu_mode);
	free(hardware->firmware);
	array_foreach(nic, &hardware->nics) {
		free(nic->source);
		free(nic->model);
		free(nic->port);
	}
	free(hardware->nics.items);
	array_foreach(disk, &hardware->disks) {
		free(disk->target);
		free(disk->bus);
		free(disk->path);
	}
	free(hardware->disks.items);
	*hardware = (struct domain_hardware){0};
}

const struct hardware_nic *domain_hardware_nic(const struct domain_hardware *hardware,
					       const uint8_t mac[static MAC_SIZE])
{
	array_foreach(nic, &hardware->nics) {
		if (nic->has_mac && mac_equal(nic->mac, mac))
			return nic;
	}
	return NULL;
}

const struct hardware_disk *domain_hardware_disk(const struct domain_hardware *hardware,
						 const char *target)
{
	array_foreach(disk, &hardware->disks) {
		if (text_equal(disk->target, target))
			return disk;
	}
	return NULL;
}

static xmlNodePtr child_find(xmlNodePtr parent, const char *name)
{
	for (xmlNodePtr child = parent->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE &&
		    !strcmp((const char *)child->name, name))
			return child;
	return NULL;
}

/* The <interface> with that MAC address; NULL if there is none. */
static xmlNodePtr nic_find(struct xml *xml, const uint8_t mac[static MAC_SIZE])
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr nodes = xml_nodes(xml, NULL, "/domain/devices/interface");

	xml_foreach(node, nodes)
	{
		CLEANUP(free_ptr) char *text = xml_string(xml, node, "mac/@address");
		uint8_t its[MAC_SIZE];

		if (text && mac_parse(text, its, NULL) == 0 && mac_equal(its, mac))
			return node;
	}
	return NULL;
}

/* Replaces the child of that name by a copy of the other element's, or removes it. */
static void child_copy(xmlNodePtr to, xmlNodePtr from, const char *name)
{
	xmlNodePtr old = child_find(to, name), new = child_find(from, name), copy;

	if (old) {
		xmlUnlinkNode(old);
		xmlFreeNode(old);
	}
	if (!new)
		return;
	copy = xmlDocCopyNode(new, to->doc, 1);
	if (!copy || !xmlAddChild(to, copy))
		mem_exhausted();
}

static void nic_change(xmlNodePtr nic, xmlNodePtr wanted)
{
	xmlChar *type = xmlGetProp(wanted, BAD_CAST "type");

	if (type && !xmlSetProp(nic, BAD_CAST "type", type))
		mem_exhausted();
	xmlFree(type);
	child_copy(nic, wanted, "source");
	child_copy(nic, wanted, "virtualport");
	if (child_find(wanted, "model"))
		child_copy(nic, wanted, "model");
}

static void link_down(xmlNodePtr nic)
{
	xmlNodePtr link = child_find(nic, "link");

	if (!link)
		link = xmlNewChild(nic, NULL, BAD_CAST "link", NULL);
	if (!link || !xmlSetProp(link, BAD_CAST "state", BAD_CAST "down"))
		mem_exhausted();
}

char *domain_hardware_nic_changed(const char *domain_xml, const char *wanted_xml,
				  const uint8_t mac[static MAC_SIZE], bool is_down,
				  struct error *error)
{
	CLEANUP(xml_free) struct xml domain = {0};
	CLEANUP(xml_free) struct xml wanted = {0};
	CLEANUP(xmlBufferFree_ptr) xmlBufferPtr buffer = xmlBufferCreate();
	xmlNodePtr nic, source;

	if (xml_parse(&domain, domain_xml, strlen(domain_xml), error) < 0 ||
	    xml_parse(&wanted, wanted_xml, strlen(wanted_xml), error) < 0)
		return NULL;
	source = nic_find(&wanted, mac);
	if (!source) {
		error_set(error, "the VM template's result has no such interface");
		return NULL;
	}
	nic = nic_find(&domain, mac);
	if (nic)
		nic_change(nic, source);
	else
		nic = source;
	if (is_down)
		link_down(nic);
	if (!buffer || xmlNodeDump(buffer, nic->doc, nic, 0, 0) < 0)
		mem_exhausted();
	return mem_string((const char *)xmlBufferContent(buffer));
}
