/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of the context that vmango-provision(1) renders templates with. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "common/text.h"
#include "provision/render/vocabulary.h"

const struct field_entry vocabulary[] = {
	{"Machine", FIELD_OBJECT, "the machine"},
	{"Machine.Id", FIELD_TEXT, "UUID"},
	{"Machine.Name", FIELD_TEXT, "name of the domain"},
	{"Machine.Index", FIELD_NUMBER,
	 "its number in a range of machines, 0 without range"},
	{"Machine.Plan", FIELD_TEXT, "name of the plan"},
	{"Machine.Creator", FIELD_TEXT, "the user who created it"},
	{"Machine.Userdata", FIELD_TEXT, "user data for cloud-init"},
	{"Machine.HasUserdata", FIELD_TRUTH, "whether there is user data"},
	{"Machine.OS", FIELD_TEXT, "operating system, as in Image.OS"},
	{"Machine.Arch", FIELD_TEXT, "architecture, libvirt's name"},
	{"Machine.Memory", FIELD_NUMBER, "bytes"},
	{"Machine.MemoryMegabytes", FIELD_NUMBER, "the same in MiB"},
	{"Machine.Cpus", FIELD_NUMBER, "virtual CPUs"},
	{"Machine.ImageId", FIELD_TEXT, "file name of the image"},
	{"Machine.Ip", FIELD_OBJECT, "the address"},
	{"Machine.Ip.Address", FIELD_TEXT, "IPv4 address"},
	{"Machine.Ip.Gateway", FIELD_TEXT, "gateway"},
	{"Machine.Ip.Netmask", FIELD_NUMBER, "prefix length in bits"},
	{"Machine.HWAddr", FIELD_TEXT, "MAC address"},
	{"Machine.VNCAddr", FIELD_TEXT, "address of its VNC server"},
	{"Machine.RootDisk", FIELD_OBJECT, "the first disk"},
	{"Machine.RootDisk.Size", FIELD_NUMBER, "bytes"},
	{"Machine.RootDisk.SizeGigabytes", FIELD_NUMBER, "the same in GiB"},
	{"Machine.RootDisk.Driver", FIELD_TEXT, "driver, qemu"},
	{"Machine.RootDisk.Type", FIELD_TEXT, "format: qcow2 or raw"},
	{"Machine.SSHKeys", FIELD_LIST, "keys that may log in"},
	{"Machine.SSHKeys[]", FIELD_OBJECT, "a key"},
	{"Machine.SSHKeys[].Name", FIELD_TEXT, "its name"},
	{"Machine.SSHKeys[].Public", FIELD_TEXT, "the public key, one line"},
	{"Machine.StateName", FIELD_TEXT, "running, stopped or unknown"},
	{"Machine.IsRunning", FIELD_TRUTH, "whether it runs"},
	{"Image", FIELD_OBJECT, "the image that the machine is created from"},
	{"Image.Id", FIELD_TEXT, "file name"},
	{"Image.OS", FIELD_TEXT, "operating system and version"},
	{"Image.OSName", FIELD_TEXT, "operating system"},
	{"Image.OSVersion", FIELD_TEXT, "version"},
	{"Image.Arch", FIELD_TEXT, "architecture, libvirt's name"},
	{"Image.Type", FIELD_TEXT, "format: qcow2 or raw"},
	{"Image.TypeString", FIELD_TEXT, "the same"},
	{"Image.Size", FIELD_NUMBER, "bytes allocated"},
	{"Image.SizeMegabytes", FIELD_NUMBER, "the same in MiB"},
	{"Image.VirtualSize", FIELD_NUMBER, "bytes that a guest sees"},
	{"Image.Date", FIELD_TEXT, "time of last change"},
	{"Image.PoolName", FIELD_TEXT, "storage pool"},
	{"Image.Path", FIELD_TEXT, "path of the file"},
	{"Plan", FIELD_OBJECT, "the plan, sizes of the machine"},
	{"Plan.Name", FIELD_TEXT, "name"},
	{"Plan.Memory", FIELD_NUMBER, "bytes"},
	{"Plan.MemoryMegabytes", FIELD_NUMBER, "the same in MiB"},
	{"Plan.Cpus", FIELD_NUMBER, "virtual CPUs"},
	{"Plan.DiskSize", FIELD_NUMBER, "bytes"},
	{"Plan.DiskSizeGigabytes", FIELD_NUMBER, "the same in GiB"},
	{"VolumePath", FIELD_TEXT, "path of the root volume"},
	{"ConfigDrivePath", FIELD_TEXT, "path of the config drive"},
	{"Network", FIELD_TEXT, "libvirt network"},
	{"Metadata", FIELD_MARKUP, "Vmango's metadata elements"},
	{"Hypervisor", FIELD_OBJECT, "the hypervisor"},
	{"Hypervisor.Name", FIELD_TEXT, "name in the batch"},
	{"Hypervisor.Url", FIELD_TEXT, "libvirt connection URI"},
	{"Hypervisor.DomainType", FIELD_TEXT, "kvm or qemu"},
	{"Hypervisor.ImageStoragePool", FIELD_TEXT, "pool of the images"},
	{"Hypervisor.RootStoragePool", FIELD_TEXT, "pool of the machines' volumes"},
	{"Hypervisor.ConfigDrive", FIELD_TEXT, "openstack, nocloud or none"},
};
const size_t vocabulary_count = ARRAY_LENGTH(vocabulary);

/* Of several of its versions. */
const struct field_former vocabulary_former[] = {
	{"ConfigDrive", "ConfigDrivePath"},
	{"Image.ArchString", "Image.Arch"},
	{"Image.ArchString2", "Image.Arch"},
	{"Image.FullName", "Image.Id"},
	{"Image.FullPath", "Image.Path"},
	{"Image.Hypervisor", "Hypervisor.Name"},
	{"Image.Stream", NULL},
	{"Machine.Disk", "Machine.RootDisk"},
	{"Machine.Hypervisor", "Hypervisor.Name"},
	{"Machine.ImageName", "Machine.ImageId"},
	{"Machine.Ip.UsedBy", NULL},
	{"Machine.State", "Machine.StateName"},
	{"Machine.Uuid", "Machine.Id"},
};
const size_t vocabulary_former_count = ARRAY_LENGTH(vocabulary_former);

enum { MEMBERS_MAX = 64 };

const struct field_entry *vocabulary_find(const char *path)
{
	static const struct field_entry data = {"", FIELD_OBJECT, "the data"};

	if (!*path)
		return &data;
	for (size_t i = 0; i < vocabulary_count; i++)
		if (!strcmp(vocabulary[i].path, path))
			return &vocabulary[i];
	return NULL;
}

const struct field_former *vocabulary_former_find(const char *path)
{
	for (size_t i = 0; i < vocabulary_former_count; i++)
		if (!strcmp(vocabulary_former[i].path, path))
			return &vocabulary_former[i];
	return NULL;
}

const char *vocabulary_nearest(const char *path, const char *word)
{
	const char *members[MEMBERS_MAX];
	size_t length = strlen(path), count = 0;

	for (size_t i = 0; i < vocabulary_count && count < MEMBERS_MAX; i++) {
		const char *name = vocabulary[i].path;

		if (strncmp(name, path, length) || (length && name[length] != '.'))
			continue;
		name += length + !!length;
		if (!strpbrk(name, ".["))
			members[count++] = name;
	}
	return text_nearest(word, members, count);
}

const char *vocabulary_type_name(enum vocabulary_type type)
{
	static const char *const names[] = {
		[FIELD_OBJECT] = "an object",	 [FIELD_LIST] = "a list",
		[FIELD_TEXT] = "text",		 [FIELD_NUMBER] = "a number",
		[FIELD_TRUTH] = "true or false", [FIELD_MARKUP] = "markup"};

	return names[type];
}
