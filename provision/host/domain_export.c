/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains that another tool created, as machines of a batch: reading the domain's XML. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/xml.h"
#include "leases/interface_xml.h"
#include "provision/batch/batch.h"
#include "provision/batch/name_pattern.h"
#include "provision/host/domain_export.h"
#include "provision/batch/machine_volume.h"

#define LIBOSINFO_URI "http://libosinfo.org/xmlns/libvirt/domain/1.0"

void domain_export_free(struct domain_export *domain)
{
	free(domain->name);
	free(domain->network);
	free(domain->disk_path);
	free(domain->image);
	free(domain->pool);
	metadata_free(&domain->metadata);
	error_list_free(&domain->notes);
	*domain = (struct domain_export){0};
}

/* The names in a batch are patterns: one with a brace would name other machines. */
static int name_check(const char *name, struct error *error)
{
	CLEANUP(name_list_free) struct name_list names = {0};

	if (name_pattern_expand(name, &names, error) < 0)
		return error_context(error, "a machine can't have its name");
	if (names.items.count != 1 || strcmp(names.items.items[0].name, name))
		return error_set(error, "a machine can't have its name");
	return 0;
}

/* "http://debian.org/debian/12" in the form of an image's name: "Debian-12". */
static char *os_from_id(const char *id)
{
	const char *version = strrchr(id, '/'), *os;
	char *name;

	if (!version || version == id || !version[1])
		return NULL;
	for (os = version - 1; os > id && os[-1] != '/'; os--)
		;
	if (os == version || os == id)
		return NULL;
	name = mem_format("%.*s-%s", (int)(version - os), os, version + 1);
	if (name[0] >= 'a' && name[0] <= 'z')
		name[0] = (char)(name[0] - 'a' + 'A');
	return name;
}

static void image_read(struct xml *xml, struct domain_export *domain)
{
	CLEANUP(free_ptr) char *id = NULL;

	if (domain->metadata.image_id) {
		domain->image = mem_string(domain->metadata.image_id);
		return;
	}
	xml_namespace(xml, "libosinfo", LIBOSINFO_URI);
	id = xml_string(xml, NULL,
			"/domain/metadata/libosinfo:libosinfo/libosinfo:os/@id");
	domain->image = id ? os_from_id(id) : NULL;
}

static void first_interface_take(struct interface_xml *interface, const char *place,
				 struct domain_export *domain)
{
	domain->has_mac = interface->mac &&
			  mac_parse(interface->mac, domain->mac, NULL) == 0;
	domain->network = TAKE(interface->network);
	if (!domain->network)
		error_list_add(&domain->notes,
			       "its network interface is on %s, not on a network "
			       "of libvirt",
			       place);
}

static void interfaces_take(struct interface_xml_list *interfaces,
			    struct domain_export *domain)
{
	array_foreach(interface, interfaces) {
		const char *place = interface->bridge	? interface->bridge
				    : interface->device ? interface->device
				    : interface->type	? interface->type
							: "nothing";

		if (interface == interfaces->items)
			first_interface_take(interface, place, domain);
		else
			error_list_add(&domain->notes, "network interface %s on %s",
				       interface->mac ? interface->mac : "",
				       interface->network ? interface->network : place);
	}
	if (!interfaces->count)
		error_list_add(&domain->notes, "it has no network interface");
}

/* Whether the file is the machine's config drive, which a batch creates by itself: one of
 * the volumes in our metadata, or one with Vmango's name for it. */
static bool is_config_drive(const struct domain_export *domain, const char *path)
{
	const struct metadata *metadata = &domain->metadata;
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	CLEANUP(free_ptr)
	char *drive = machine_volume_name(domain->name, MACHINE_VOLUME_DRIVE);

	array_foreach(volume, &metadata->volumes) {
		if (!strcmp(volume->name, file))
			return true;
	}
	return metadata->has_vmango && !metadata->has_tools && !strcmp(file, drive);
}

static void disks_read(struct xml *xml, struct domain_export *domain)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr disks = xml_nodes(xml, NULL, "/domain/devices/disk");
	bool is_found = false;

	xml_foreach(node, disks)
	{
		CLEANUP(free_ptr) char *kind = xml_string(xml, node, "@device");
		CLEANUP(free_ptr) char *target = xml_string(xml, node, "target/@dev");
		CLEANUP(free_ptr)
		char *source = xml_string(
			xml, node,
			"source/@file|source/@dev|source/@volume|source/@name");

		if (!is_found && (!kind || !strcmp(kind, "disk"))) {
			is_found = true;
			domain->disk_path = TAKE(source);
		} else if (source && *source && !is_config_drive(domain, source)) {
			error_list_add(&domain->notes, "%s %s: %s", kind ? kind : "disk",
				       target ? target : "", source);
		}
	}
}

/* A CPU model that was chosen: the installed template has host-model, and libvirt adds
 * QEMU's default if there is none. */
#define OWN_CPU                                                                       \
	"/domain/cpu[not(@mode='host-model') and (feature or not(@mode='custom' and " \
	"(model='qemu64' or model='qemu32' or model='kvm64' or model='kvm32')))]"

/* What the templates decide, and devices that the templates do not have. */
static void others_note(struct xml *xml, struct domain_export *domain)
{
	static const struct {
		const char *path, *what;
	} kinds[] = {
		{"/domain/os/@firmware|/domain/os/loader", "firmware"},
		{"/domain/os/kernel", "kernel"},
		{"/domain/os/type/@machine", "machine type"},
		{OWN_CPU "/@mode[.!='custom']|" OWN_CPU "/model", "CPU"},
		{"/domain/devices/tpm/@model", "TPM"},
		{"/domain/devices/hostdev/@type", "device of the host"},
		{"/domain/devices/filesystem/target/@dir", "file system"},
		{"/domain/devices/shmem/@name", "shared memory"},
		{"/domain/devices/watchdog/@model", "watchdog"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
		CLEANUP(free_ptr) char *value = xml_string(xml, NULL, kinds[i].path);

		if (value)
			error_list_add(&domain->notes, "%s %s", kinds[i].what, value);
	}
}

/* In a batch they need sections and files of their own. */
static void secrets_note(struct domain_export *domain)
{
	const struct metadata *metadata = &domain->metadata;
	size_t size = metadata->userdata ? metadata->userdata_size
					 : metadata->userdata_hash_size;
	CLEANUP(buf_free) struct buf names = {0};

	array_foreach(key, &metadata->keys)
		buf_format(&names, "%s%s", names.size ? ", " : " ", key->name);
	if (names.size)
		error_list_add(&domain->notes, "SSH keys:%s", buf_text(&names));
	if (size)
		error_list_add(&domain->notes, "%zu bytes of user data", size);
}

int domain_export_read(const char *text, size_t size, struct domain_export *domain,
		       struct error *error)
{
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
	CLEANUP(xml_free) struct xml xml = {0};
	uint64_t number;

	*domain = (struct domain_export){0};
	if (xml_parse(&xml, text, size, error) < 0)
		return -1;
	domain->name = xml_string(&xml, NULL, "/domain/name");
	if (!domain->name)
		return error_set(error, "no <domain> with a name");
	if (name_check(domain->name, error) < 0)
		return -1;
	if (interface_xml_parse(text, size, &interfaces, error) < 0)
		return -1;
	/* Metadata that can't be parsed are left out. */
	metadata_parse(text, size, &domain->metadata, NULL);
	if (xml_number(&xml, NULL, "/domain/memory", &number) == 0)
		domain->memory_bytes = number * 1024;
	if (xml_number(&xml, NULL, "/domain/vcpu", &number) == 0)
		domain->cpus = number <= BATCH_CPUS_MAX ? (unsigned int)number : 0;
	image_read(&xml, domain);
	interfaces_take(&interfaces, domain);
	disks_read(&xml, domain);
	others_note(&xml, domain);
	secrets_note(domain);
	return 0;
}
