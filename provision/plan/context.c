/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The context of a machine: the input of templates and the config drive, as JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "imagetool/image_name.h"
#include "provision/plan/context.h"

enum { MEGABYTE = 1 << 20, GIGABYTE = 1 << 30 };

static json_object *text_json(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

static json_object *number_json(uint64_t number)
{
	return json_object_new_uint64(number);
}

static void text_put(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text_json(text));
}

static void number_put(json_object *object, const char *key, uint64_t number)
{
	json_object_object_add(object, key, number_json(number));
}

static void address_put(json_object *object, const char *key,
			const struct in_addr *address)
{
	char text[INET_ADDRSTRLEN];

	text_put(object, key,
		 address ? inet_ntop(AF_INET, address, text, sizeof(text)) : NULL);
}

static json_object *plan_json(const struct batch_plan *plan)
{
	json_object *object = json_object_new_object();

	text_put(object, "Name", plan->name);
	number_put(object, "Memory", plan->memory_bytes);
	number_put(object, "MemoryMegabytes", plan->memory_bytes / MEGABYTE);
	number_put(object, "Cpus", plan->cpus);
	number_put(object, "DiskSize", plan->disk_size_bytes);
	number_put(object, "DiskSizeGigabytes", plan->disk_size_bytes / GIGABYTE);
	return object;
}

static json_object *image_json(const struct context_image *image)
{
	json_object *object;
	char date[32] = "";
	time_t changed = (time_t)image->changed_s;
	struct tm tm;

	object = json_object_new_object();
	text_put(object, "Id", image->id);
	text_put(object, "OS", image->os);
	text_put(object, "OSName", image->os_name);
	text_put(object, "OSVersion", image->os_version);
	text_put(object, "Arch", image->arch);
	text_put(object, "Type", image->type);
	text_put(object, "TypeString", image->type);
	number_put(object, "Size", image->size_bytes);
	number_put(object, "SizeMegabytes", image->size_bytes / MEGABYTE);
	number_put(object, "VirtualSize", image->virtual_size_bytes);
	if (image->changed_s && gmtime_r(&changed, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	text_put(object, "Date", *date ? date : NULL);
	text_put(object, "PoolName", image->pool);
	text_put(object, "Path", image->path);
	return object;
}

static json_object *keys_json(const struct batch_machine *machine)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < machine->key_count; i++) {
		json_object *key = json_object_new_object();

		text_put(key, "Name", machine->keys[i]->name);
		text_put(key, "Public", machine->keys[i]->public_key);
		json_object_array_add(array, key);
	}
	return array;
}

static json_object *address_json(const struct context *context)
{
	json_object *object = json_object_new_object();

	address_put(object, "Address", context->address);
	address_put(object, "Gateway", context->gateway);
	json_object_object_add(object, "Netmask",
			       context->prefix ? number_json(context->prefix) : NULL);
	return object;
}

static json_object *disk_json(const struct context *context)
{
	uint64_t size = context->machine->plan->disk_size_bytes;
	json_object *object = json_object_new_object();

	number_put(object, "Size", size);
	number_put(object, "SizeGigabytes", size / GIGABYTE);
	text_put(object, "Driver", "qemu");
	text_put(object, "Type", context->volume_type);
	return object;
}

/* The image's properties; without them, an Id in the batch still shows the OS. */
static void image_put(json_object *object, const struct context *context)
{
	const char *wanted = context->machine->image;
	const char *os = wanted, *id = NULL;
	struct image_name name;

	if (context->image) {
		os = context->image->os;
		id = context->image->id;
	} else if (image_name_parse(wanted, strlen(wanted), &name, NULL) == 0) {
		os = name.os;
		id = wanted;
	}
	text_put(object, "OS", os);
	text_put(object, "ImageId", id);
}

static json_object *machine_json(const struct context *context)
{
	const struct batch_machine *machine = context->machine;
	json_object *object = json_object_new_object();

	text_put(object, "Id", context->id);
	text_put(object, "Name", machine->name);
	number_put(object, "Index", machine->index);
	text_put(object, "Plan", machine->plan->name);
	text_put(object, "Creator", context->creator);
	json_object_object_add(
		object, "Userdata",
		json_object_new_string_len(machine->userdata ? machine->userdata : "",
					   (int)machine->userdata_size));
	json_object_object_add(object, "HasUserdata",
			       json_object_new_boolean(machine->userdata != NULL));
	image_put(object, context);
	text_put(object, "Arch", context->arch);
	number_put(object, "Memory", machine->plan->memory_bytes);
	number_put(object, "MemoryMegabytes", machine->plan->memory_bytes / MEGABYTE);
	number_put(object, "Cpus", machine->plan->cpus);
	json_object_object_add(object, "Ip", address_json(context));
	text_put(object, "HWAddr", context->hwaddr);
	text_put(object, "VNCAddr", NULL);
	json_object_object_add(object, "RootDisk", disk_json(context));
	json_object_object_add(object, "SSHKeys", keys_json(machine));
	text_put(object, "StateName", context->state);
	json_object_object_add(object, "IsRunning",
			       context->state ? json_object_new_boolean(!strcmp(
							context->state, "running"))
					      : NULL);
	return object;
}

static json_object *hypervisor_json(const struct context *context)
{
	static const char *const drives[] = {[BATCH_DRIVE_OPENSTACK] = "openstack",
					     [BATCH_DRIVE_NOCLOUD] = "nocloud",
					     [BATCH_DRIVE_NONE] = "none"};
	const struct batch_hypervisor *hypervisor = context->hypervisor;
	json_object *object;

	if (!hypervisor)
		return NULL;
	object = json_object_new_object();
	text_put(object, "Name", hypervisor->name);
	text_put(object, "Url", hypervisor->url);
	text_put(object, "DomainType", context->domain_type);
	text_put(object, "ImageStoragePool", hypervisor->image_pool);
	text_put(object, "RootStoragePool", hypervisor->root_pool);
	text_put(object, "ConfigDrive", drives[hypervisor->config_drive]);
	return object;
}

json_object *context_json(const struct context *context)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "Machine", machine_json(context));
	json_object_object_add(object, "Image",
			       context->image ? image_json(context->image) : NULL);
	json_object_object_add(object, "Plan", plan_json(context->machine->plan));
	text_put(object, "VolumePath", context->volume_path);
	text_put(object, "ConfigDrivePath", context->drive_path);
	text_put(object, "Network",
		 context->hypervisor ? context->hypervisor->network : NULL);
	text_put(object, "Metadata", context->metadata);
	json_object_object_add(object, "Hypervisor", hypervisor_json(context));
	return object;
}
