/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's context: exactly the names that Vmango's templates and tools know. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/configdrive/drive_context.h"
#include "provision/plan/context.h"
#include "tests/unit/tap.h"

DEFINE_CLEANUP(json_object *, json_object_put)

static const struct batch_plan plan = {.name = "small",
				       .memory_bytes = (512 << 20) + 1,
				       .cpus = 2,
				       .disk_size_bytes = (UINT64_C(5) << 30) + 1};
static const struct batch_hypervisor hypervisor = {.name = "far",
						   .url = "qemu+ssh://root@far/system",
						   .image_pool = "images",
						   .root_pool = "guests",
						   .network = "lan",
						   .config_drive = BATCH_DRIVE_NOCLOUD};
static const struct batch_ssh_key me = {.name = "me",
					.public_key = (char *)"ssh-ed25519 AAAA"};
static const struct batch_ssh_key ops = {.name = "ops",
					 .public_key = (char *)"ssh-rsa B \"b\""};
static const struct batch_ssh_key *keys[] = {&me, &ops};

static struct batch_machine sample(void)
{
	return (struct batch_machine){.name = (char *)"web-3",
				      .index = 3,
				      .plan = &plan,
				      .image = "Debian-12",
				      .keys = keys,
				      .key_count = 2,
				      .userdata = "#!/bin/sh\n\techo caf\xc3\xa9\n",
				      .userdata_size = 22};
}

static void same(const struct context *context, const char *expected, const char *what)
{
	CLEANUP(json_object_put_ptr) json_object *json = context_json(context);

	tap_string(json_object_to_json_string_ext(
			   json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
		   expected, "%s", what);
}

static void everything_is_known(void)
{
	struct batch_machine machine = sample();
	struct in_addr address, gateway;
	struct context_image image = {.id = "Debian-12_amd64_qcow2.img",
				      .os = "Debian-12",
				      .os_name = "Debian",
				      .os_version = "12",
				      .arch = "x86_64",
				      .type = "qcow2",
				      .pool = "images",
				      .path = "/images/Debian-12_amd64_qcow2.img",
				      .size_bytes = 300 << 20,
				      .virtual_size_bytes = UINT64_C(9223372036854775807),
				      .changed_s = 1700000000};
	struct context context = {.machine = &machine,
				  .hypervisor = &hypervisor,
				  .image = &image,
				  .id = "4ae244a6-ae38-5db7-b52e-0722405df775",
				  .hwaddr = "52:54:00:4a:e2:44",
				  .creator = "root",
				  .address = &address,
				  .gateway = &gateway,
				  .prefix = 24,
				  .arch = "x86_64",
				  .domain_type = "kvm",
				  .volume_path = "/guests/web-3_disk",
				  .volume_type = "qcow2",
				  .drive_path = "/guests/web-3_config.iso",
				  .metadata = "<md/>",
				  .state = "running"};

	inet_pton(AF_INET, "192.168.124.10", &address);
	inet_pton(AF_INET, "192.168.124.1", &gateway);
	same(&context,
	     "{\"Machine\":{\"Id\":\"4ae244a6-ae38-5db7-b52e-0722405df775\","
	     "\"Name\":\"web-3\",\"Index\":3,\"Plan\":\"small\",\"Creator\":\"root\","
	     "\"Userdata\":\"#!/bin/sh\\n\\techo caf\xc3\xa9\\n\",\"HasUserdata\":true,"
	     "\"OS\":\"Debian-12\",\"ImageId\":\"Debian-12_amd64_qcow2.img\","
	     "\"Arch\":\"x86_64\",\"Memory\":536870913,\"MemoryMegabytes\":512,\"Cpus\":2,"
	     "\"Ip\":{\"Address\":\"192.168.124.10\",\"Gateway\":\"192.168.124.1\","
	     "\"Netmask\":24},\"HWAddr\":\"52:54:00:4a:e2:44\",\"VNCAddr\":null,"
	     "\"RootDisk\":{\"Size\":5368709121,\"SizeGigabytes\":5,\"Driver\":\"qemu\","
	     "\"Type\":\"qcow2\"},"
	     "\"SSHKeys\":[{\"Name\":\"me\",\"Public\":\"ssh-ed25519 AAAA\"},"
	     "{\"Name\":\"ops\",\"Public\":\"ssh-rsa B \\\"b\\\"\"}],"
	     "\"StateName\":\"running\",\"IsRunning\":true},"
	     "\"Image\":{\"Id\":\"Debian-12_amd64_qcow2.img\",\"OS\":\"Debian-12\","
	     "\"OSName\":\"Debian\",\"OSVersion\":\"12\",\"Arch\":\"x86_64\","
	     "\"Type\":\"qcow2\",\"TypeString\":\"qcow2\",\"Size\":314572800,"
	     "\"SizeMegabytes\":300,\"VirtualSize\":9223372036854775807,"
	     "\"Date\":\"2023-11-14T22:13:20Z\",\"PoolName\":\"images\","
	     "\"Path\":\"/images/Debian-12_amd64_qcow2.img\"},"
	     "\"Plan\":{\"Name\":\"small\",\"Memory\":536870913,\"MemoryMegabytes\":512,"
	     "\"Cpus\":2,\"DiskSize\":5368709121,\"DiskSizeGigabytes\":5},"
	     "\"VolumePath\":\"/guests/web-3_disk\","
	     "\"ConfigDrivePath\":\"/guests/web-3_config.iso\",\"Network\":\"lan\","
	     "\"Metadata\":\"<md/>\","
	     "\"Hypervisor\":{\"Name\":\"far\",\"Url\":\"qemu+ssh://root@far/system\","
	     "\"DomainType\":\"kvm\",\"ImageStoragePool\":\"images\","
	     "\"RootStoragePool\":\"guests\",\"ConfigDrive\":\"nocloud\"}}",
	     "every name of the vocabulary, when all is known");
}

#define UNKNOWN(os, image_id)                                                                 \
	"{\"Machine\":{\"Id\":null,\"Name\":\"web-3\",\"Index\":0,\"Plan\":\"small\","        \
	"\"Creator\":null,\"Userdata\":\"\",\"HasUserdata\":false,"                           \
	"\"OS\":\"" os "\",\"ImageId\":" image_id ",\"Arch\":null,"                           \
	"\"Memory\":536870913,\"MemoryMegabytes\":512,\"Cpus\":2,"                            \
	"\"Ip\":{\"Address\":null,\"Gateway\":null,\"Netmask\":null},"                        \
	"\"HWAddr\":null,\"VNCAddr\":null,\"RootDisk\":{\"Size\":5368709121,"                 \
	"\"SizeGigabytes\":5,\"Driver\":\"qemu\",\"Type\":null},\"SSHKeys\":[],"              \
	"\"StateName\":null,\"IsRunning\":null},\"Image\":null,\"Plan\":{\"Name\":\"small\"," \
	"\"Memory\":536870913,\"MemoryMegabytes\":512,\"Cpus\":2,"                            \
	"\"DiskSize\":5368709121,\"DiskSizeGigabytes\":5},\"VolumePath\":null,"               \
	"\"ConfigDrivePath\":null,\"Network\":\"vmango\",\"Metadata\":null,"                  \
	"\"Hypervisor\":{\"Name\":\"local\",\"Url\":null,\"DomainType\":null,"                \
	"\"ImageStoragePool\":\"vmango-images\",\"RootStoragePool\":\"default\","             \
	"\"ConfigDrive\":\"openstack\"}}"

static void nothing_is_known(void)
{
	static const struct batch_hypervisor local = {.name = "local",
						      .image_pool = "vmango-images",
						      .root_pool = "default",
						      .network = "vmango"};
	struct batch_machine machine = {
		.name = (char *)"web-3", .plan = &plan, .image = "Debian-12"};
	struct context context = {.machine = &machine, .hypervisor = &local};

	same(&context, UNKNOWN("Debian-12", "null"), "what is not known is null");
	machine.image = "Centos-7_amd64_qcow2.img";
	same(&context, UNKNOWN("Centos-7", "\"Centos-7_amd64_qcow2.img\""),
	     "an image's Id tells its OS");
}

static void a_date_and_a_drive_may_be_missing(void)
{
	static const struct batch_hypervisor none = {.name = "local",
						     .image_pool = "i",
						     .root_pool = "r",
						     .network = "n",
						     .config_drive = BATCH_DRIVE_NONE};
	struct batch_machine machine = sample();
	struct context_image image = {.id = "i"};
	struct context context = {
		.machine = &machine, .hypervisor = &none, .image = &image};
	CLEANUP(json_object_put_ptr) json_object *json = NULL;
	json_object *part, *value;

	json = context_json(&context);
	json_object_object_get_ex(json, "Image", &part);
	tap_ok(json_object_object_get_ex(part, "Date", &value) && !value, "no date");
	json_object_object_get_ex(json, "Hypervisor", &part);
	json_object_object_get_ex(part, "ConfigDrive", &value);
	tap_string(json_object_get_string(value), "none", "no config drive");
}

/* The filter that makes config drives reads what is written here. */
static void config_drives_read_it(void)
{
	struct batch_machine machine = sample();
	struct context context = {.machine = &machine,
				  .hypervisor = &hypervisor,
				  .id = "4ae244a6-ae38-5db7-b52e-0722405df775"};
	CLEANUP(configdrive_context_free) struct configdrive_context read = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(json_object_put_ptr) json_object *json = context_json(&context);
	const char *text = json_object_to_json_string(json);

	tap_ok(configdrive_context_parse(text, strlen(text), &read, &error) == 0,
	       "a config drive takes it: %s", error_text(&error));
	tap_string(read.drive.hostname, "web-3", "its host name");
	tap_string(read.drive.instance_id, "4ae244a6-ae38-5db7-b52e-0722405df775-1",
		   "its instance");
	tap_number(read.drive.key_count, 2, "its keys");
	tap_bytes(read.drive.userdata, read.drive.userdata_size, machine.userdata,
		  machine.userdata_size, "its user data");
	tap_ok(read.drive.format == CONFIGDRIVE_NOCLOUD, "its format");
}

int main(void)
{
	everything_is_known();
	nothing_is_known();
	a_date_and_a_drive_may_be_missing();
	config_drives_read_it();
	return tap_done();
}
