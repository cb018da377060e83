/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vocabulary of templates: what vmango-provision(1) tells them about a machine. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "common/text.h"
#include "provision/render/vocabulary.h"

const struct context_field context_fields[] = {
	{"Machine", CONTEXT_OBJECT, "the machine"},
	{"Machine.Id", CONTEXT_TEXT, "UUID"},
	{"Machine.Name", CONTEXT_TEXT, "name of the domain"},
	{"Machine.Index", CONTEXT_NUMBER, "its number in a range of machines"},
	{"Machine.Plan", CONTEXT_TEXT, "name of the plan"},
	{"Machine.Creator", CONTEXT_TEXT, "who made it"},
	{"Machine.Userdata", CONTEXT_TEXT, "user data for cloud-init"},
	{"Machine.HasUserdata", CONTEXT_TRUTH, "whether there is user data"},
	{"Machine.OS", CONTEXT_TEXT, "operating system, as in Image.OS"},
	{"Machine.Arch", CONTEXT_TEXT, "architecture, libvirt's name"},
	{"Machine.Memory", CONTEXT_NUMBER, "bytes"},
	{"Machine.MemoryMegabytes", CONTEXT_NUMBER, "the same in MiB"},
	{"Machine.Cpus", CONTEXT_NUMBER, "virtual CPUs"},
	{"Machine.ImageId", CONTEXT_TEXT, "file name of the image"},
	{"Machine.Ip", CONTEXT_OBJECT, "the address"},
	{"Machine.Ip.Address", CONTEXT_TEXT, "IPv4 address"},
	{"Machine.Ip.Gateway", CONTEXT_TEXT, "gateway"},
	{"Machine.Ip.Netmask", CONTEXT_NUMBER, "prefix length in bits"},
	{"Machine.HWAddr", CONTEXT_TEXT, "MAC address"},
	{"Machine.VNCAddr", CONTEXT_TEXT, "address of its VNC server"},
	{"Machine.RootDisk", CONTEXT_OBJECT, "the first disk"},
	{"Machine.RootDisk.Size", CONTEXT_NUMBER, "bytes"},
	{"Machine.RootDisk.SizeGigabytes", CONTEXT_NUMBER, "the same in GiB"},
	{"Machine.RootDisk.Driver", CONTEXT_TEXT, "driver, qemu"},
	{"Machine.RootDisk.Type", CONTEXT_TEXT, "format: qcow2 or raw"},
	{"Machine.SSHKeys", CONTEXT_LIST, "keys that may log in"},
	{"Machine.SSHKeys[]", CONTEXT_OBJECT, "a key"},
	{"Machine.SSHKeys[].Name", CONTEXT_TEXT, "its name"},
	{"Machine.SSHKeys[].Public", CONTEXT_TEXT, "the public key, one line"},
	{"Machine.StateName", CONTEXT_TEXT, "running, stopped or unknown"},
	{"Image", CONTEXT_OBJECT, "the image that the machine is made from"},
	{"Image.Id", CONTEXT_TEXT, "file name"},
	{"Image.OS", CONTEXT_TEXT, "operating system and version"},
	{"Image.OSName", CONTEXT_TEXT, "operating system"},
	{"Image.OSVersion", CONTEXT_TEXT, "version"},
	{"Image.Arch", CONTEXT_TEXT, "architecture, libvirt's name"},
	{"Image.Type", CONTEXT_TEXT, "format: qcow2 or raw"},
	{"Image.TypeString", CONTEXT_TEXT, "the same"},
	{"Image.Size", CONTEXT_NUMBER, "bytes allocated"},
	{"Image.SizeMegabytes", CONTEXT_NUMBER, "the same in MiB"},
	{"Image.VirtualSize", CONTEXT_NUMBER, "bytes that a guest sees"},
	{"Image.Date", CONTEXT_TEXT, "time of last change"},
	{"Image.PoolName", CONTEXT_TEXT, "storage pool"},
	{"Image.Path", CONTEXT_TEXT, "path of the file"},
	{"Plan", CONTEXT_OBJECT, "the plan, sizes of the machine"},
	{"Plan.Name", CONTEXT_TEXT, "name"},
	{"Plan.Memory", CONTEXT_NUMBER, "bytes"},
	{"Plan.MemoryMegabytes", CONTEXT_NUMBER, "the same in MiB"},
	{"Plan.Cpus", CONTEXT_NUMBER, "virtual CPUs"},
	{"Plan.DiskSize", CONTEXT_NUMBER, "bytes"},
	{"Plan.DiskSizeGigabytes", CONTEXT_NUMBER, "the same in GiB"},
	{"VolumePath", CONTEXT_TEXT, "path of the root volume"},
	{"ConfigDrivePath", CONTEXT_TEXT, "path of the config drive"},
	{"Network", CONTEXT_TEXT, "libvirt network"},
	{"Metadata", CONTEXT_MARKUP, "Vmango's metadata elements"},
	{"Hypervisor", CONTEXT_OBJECT, "the hypervisor"},
	{"Hypervisor.Name", CONTEXT_TEXT, "name in the batch"},
	{"Hypervisor.Url", CONTEXT_TEXT, "libvirt connection URI"},
	{"Hypervisor.DomainType", CONTEXT_TEXT, "kvm or qemu"},
	{"Hypervisor.ImageStoragePool", CONTEXT_TEXT, "pool of the images"},
	{"Hypervisor.RootStoragePool", CONTEXT_TEXT, "pool of the machines' volumes"},
	{"Hypervisor.ConfigDrive", CONTEXT_TEXT, "openstack, nocloud or none"},
};
const size_t context_field_count = ARRAY_LENGTH(context_fields);

enum { MEMBERS_MAX = 64 };

const struct context_field *context_find(const char *path)
{
	static const struct context_field data = {"", CONTEXT_OBJECT, "the data"};

	if (!*path)
		return &data;
	for (size_t i = 0; i < context_field_count; i++)
		if (!strcmp(context_fields[i].path, path))
			return &context_fields[i];
	return NULL;
}

const char *context_nearest(const char *path, const char *word)
{
	const char *members[MEMBERS_MAX];
	size_t length = strlen(path), count = 0;

	for (size_t i = 0; i < context_field_count && count < MEMBERS_MAX; i++) {
		const char *name = context_fields[i].path;

		if (strncmp(name, path, length) || (length && name[length] != '.'))
			continue;
		name += length + !!length;
		if (!strpbrk(name, ".["))
			members[count++] = name;
	}
	return text_nearest(word, members, count);
}

const char *context_type_name(enum context_type type)
{
	static const char *const names[] = {
		[CONTEXT_OBJECT] = "an object",	   [CONTEXT_LIST] = "a list",
		[CONTEXT_TEXT] = "text",	   [CONTEXT_NUMBER] = "a number",
		[CONTEXT_TRUTH] = "true or false", [CONTEXT_MARKUP] = "markup"};

	return names[type];
}
