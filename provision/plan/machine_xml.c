/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stored for a machine on its hypervisor: domain and volume XML, metadata, config
 * drive. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "provision/host/metadata_write.h"
#include "common/cleanup.h"
#include "provision/configdrive/configdrive.h"
#include "provision/plan/domain_xml.h"
#include "provision/batch/machine_hash.h"
#include "provision/plan/context.h"
#include "provision/plan/machine_xml.h"
#include "provision/plan/volume_xml.h"

DEFINE_CLEANUP(json_object *, json_object_put)

static void volume_add(struct metadata *metadata, const struct change *change,
		       enum machine_volume_kind kind)
{
	struct metadata_volume *volume = array_add(&metadata->volumes);

	volume->pool = mem_string(change->facts->config->root_pool);
	volume->name = machine_volume_name(change->name, kind);
}

static void reservation_put(struct metadata *metadata, const struct change *change,
			    const struct machine_address *address)
{
	struct metadata_reservation *reservation = &metadata->reservation;

	if ((!address->known && !address->by_script) ||
	    address->address.family == AF_INET6)
		return;
	reservation->network = mem_string(change->facts->config->network);
	memcpy(reservation->mac, change->mac, MAC_SIZE);
	reservation->ip = address->address.v4;
	reservation->by_script = address->by_script;
	reservation->name = mem_string(change->name);
}

static void keys_put(struct metadata *metadata, const struct batch_machine *machine)
{
	for (size_t i = 0; i < machine->key_count; i++) {
		struct metadata_key *key = array_add(&metadata->keys);

		key->name = mem_string(machine->keys[i]->name);
		key->public = mem_string(machine->keys[i]->public_key);
	}
}

/*
 * The text of user data is only for Vmango, and only on request: every local user can
 * read metadata. The guest gets it from the config drive.
 */
static void userdata_put(struct metadata *metadata, const struct change *change)
{
	const struct batch_machine *machine = change->machine;
	size_t size = machine->userdata_size;

	free(TAKE(metadata->userdata));
	free(TAKE(metadata->userdata_hash));
	metadata->userdata_size = metadata->userdata_hash_size = 0;
	if (!size)
		return;
	metadata->userdata_hash = machine_data_hash(machine->userdata, size);
	metadata->userdata_hash_size = size;
	if (!change->facts->config->userdata_metadata ||
	    !metadata_can_hold(machine->userdata, size))
		return;
	metadata->userdata = mem_string(machine->userdata);
	metadata->userdata_size = size;
}

static void vmango_put(struct metadata *metadata, const struct change *change)
{
	const struct batch_machine *machine = change->machine;

	metadata->has_vmango = true;
	metadata->image_id = mem_string(change->image->id);
	metadata->os = mem_string(change->image->name.os);
	metadata->creator = mem_string(change->creator);
	metadata->plan = mem_string(machine->plan->name);
	keys_put(metadata, machine);
	userdata_put(metadata, change);
}

void machine_metadata_record(const struct change *change, struct metadata *metadata)
{
	metadata->protect = change->machine->protect;
	if (!change->batch_file)
		return;
	free(metadata->batch_file);
	metadata->batch_file = mem_string(change->batch_file);
}

void machine_metadata_update(const struct change *change, struct metadata *metadata)
{
	const struct batch_machine *machine = change->machine;

	metadata->has_vmango = true;
	machine_metadata_record(change, metadata);
	free(metadata->plan);
	metadata->plan = mem_string(machine->plan->name);
	array_foreach(key, &metadata->keys) {
		free(key->name);
		free(key->public);
	}
	metadata->keys.count = 0;
	keys_put(metadata, machine);
	userdata_put(metadata, change);
	if (machine_diff_is_impossible(&change->diff))
		return;
	free(metadata->input_hash);
	metadata->input_hash = mem_string(change->hash);
}

void machine_metadata(const struct change *change, const struct machine_address *address,
		      enum metadata_state state, unsigned int volumes,
		      struct metadata *metadata)
{
	*metadata = (struct metadata){.has_tools = true, .state = state};
	metadata->token = mem_string(change->token);
	metadata->batch = mem_string(change->batch);
	machine_metadata_record(change, metadata);
	metadata->input_hash = mem_string(change->hash);
	metadata->instance_serial = 1;
	if (change->facts->config->config_drive != BATCH_DRIVE_NONE)
		metadata->drive_hash = machine_drive_hash(
			change->machine, change->facts->config->config_drive);
	if (volumes & MACHINE_DISK)
		volume_add(metadata, change, MACHINE_VOLUME_DISK);
	if (volumes & MACHINE_DRIVE &&
	    change->facts->config->config_drive != BATCH_DRIVE_NONE)
		volume_add(metadata, change, MACHINE_VOLUME_DRIVE);
	reservation_put(metadata, change, address);
	vmango_put(metadata, change);
}

char *machine_drive_name(const struct change *change)
{
	CLEANUP(free_ptr)
	char *disk = machine_volume_name(change->name, MACHINE_VOLUME_DISK);

	if (change->domain && change->action != ACTION_RESUME) {
		array_foreach(volume, &change->domain->metadata.volumes) {
			if (strcmp(volume->name, disk))
				return mem_string(volume->name);
		}
	}
	return machine_volume_name(change->name, MACHINE_VOLUME_DRIVE);
}

static char *disk_path(const struct change *change)
{
	return machine_volume_path(change->facts->root_pool.path, change->name,
				   MACHINE_VOLUME_DISK);
}

static char *drive_path(const struct change *change)
{
	const char *pool = change->facts->root_pool.path;
	CLEANUP(free_ptr) char *name = machine_drive_name(change);

	return mem_format("%s/%s", pool ? pool : "", name);
}

/* Its texts are borrowed from the change. */
static struct context_image image_context(const struct change *change)
{
	const struct facts_image *image = change->image;

	return (struct context_image){
		.id = image->id,
		.os = image->name.os,
		.os_name = image->name.os_name,
		.os_version = image->name.os_version,
		.arch = image_arch_libvirt(image->name.arch),
		.type = image_format_word(image->name.format),
		.pool = change->facts->config->image_pool,
		.path = image->path,
		.size_bytes = image->size_bytes,
		.virtual_size_bytes = image->virtual_size_bytes,
		.changed_s = image->changed_s,
	};
}

/* Whether a machine has KVM is decided when it is created. */
static const char *domain_type(const struct change *change)
{
	const struct facts_domain *domain = change->domain;

	if (domain && domain->hardware.type && change->action != ACTION_RESUME &&
	    change->facts->config->domain_type == BATCH_DOMAIN_AUTO)
		return domain->hardware.type;
	return facts_domain_type(change->facts, change->arch);
}

json_object *machine_context(const struct change *change,
			     const struct machine_address *address, const char *metadata)
{
	const struct network *network = &change->facts->network;
	CLEANUP(free_ptr) char *disk = disk_path(change);
	CLEANUP(free_ptr) char *drive = drive_path(change);
	struct context_image image = image_context(change);
	char mac[MAC_TEXT_MAX];
	const char *pool_type = change->facts->root_pool.type;
	bool folder = !pool_type || storage_pool_is_folder(pool_type);
	struct context context = {
		.machine = change->machine,
		.hypervisor = change->facts->config,
		.image = &image,
		.id = change->uuid,
		.hwaddr = mac_format(change->mac, mac),
		.creator = change->creator,
		.address = address->known && address->address.family == AF_INET
				   ? &address->address.v4
				   : NULL,
		.gateway = network->has_subnet ? &network->gateway : NULL,
		.prefix = network->has_subnet ? network->prefix : 0,
		.arch = change->arch,
		.domain_type = domain_type(change),
		.volume_path = disk,
		.volume_type = folder ? image.type : "raw",
		.metadata = metadata,
		.state = change->domain && change->domain->active ? "running" : "stopped",
	};

	if (change->facts->config->config_drive != BATCH_DRIVE_NONE)
		context.drive_path = drive;
	if (change->clone == STORAGE_OVERLAY)
		context.volume_type = "qcow2";
	return context_json(&context);
}

static int template_to(const struct template *template, json_object *context,
		       struct buf *text, struct error *error)
{
	static const char *const markup[] = {"Metadata", NULL};
	static const struct template_options options = {.escape = TEMPLATE_ESCAPE_XML,
							.markup = markup};

	return template_render(template, context, &options, text, error);
}

static int volume_make(const struct change *change, json_object *context,
		       struct machine_xml *xml, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *expected = NULL;

	if (template_to(change->templates->volume, context, &text, error) < 0)
		return -1;
	name = volume_xml_name(text.data, text.size, error);
	if (!name)
		return error_context(error, "the volume template's result");
	expected = machine_volume_name(change->name, MACHINE_VOLUME_DISK);
	if (strcmp(name, expected))
		return error_set(error,
				 "the volume template's result: <name> is \"%s\", "
				 "not \"%s\"",
				 name, expected);
	xml->volume = buf_take(&text);
	return 0;
}

static int domain_make(const struct change *change, json_object *context,
		       struct machine_xml *xml, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *drive = drive_path(change);
	char mac[MAC_TEXT_MAX];
	struct domain_identity identity = {
		.name = change->name,
		.uuid = change->uuid,
		.mac = mac_format(change->mac, mac),
		.network = change->facts->config->network,
		.is_bridge = change->facts->network.is_bridge,
		.metadata = xml->metadata,
	};

	if (change->facts->config->config_drive != BATCH_DRIVE_NONE)
		identity.drive_path = drive;
	if (template_to(change->templates->vm, context, &text, error) < 0)
		return -1;
	xml->domain = domain_xml_finish(buf_text(&text), text.size, &identity, error);
	return xml->domain ? 0 : error_context(error, "the VM template's result");
}

int machine_drive_make(const struct change *change, unsigned int serial,
		       struct buf *image, struct error *error)
{
	const struct batch_machine *machine = change->machine;
	CLEANUP(free_ptr)
	struct configdrive_key *keys = mem_zero(machine->key_count, sizeof(*keys));
	CLEANUP(free_ptr)
	char *id = mem_format("%s-%u", change->uuid, serial);
	char mac[MAC_TEXT_MAX];
	struct configdrive drive = {
		.instance_id = id,
		.hostname = machine->name,
		.hwaddr = mac_format(change->mac, mac),
		.keys = keys,
		.key_count = machine->key_count,
		.userdata = machine->userdata,
		.userdata_size = machine->userdata_size,
	};

	if (change->facts->config->config_drive == BATCH_DRIVE_NONE)
		return 0;
	drive.format = change->facts->config->config_drive == BATCH_DRIVE_NOCLOUD
			       ? CONFIGDRIVE_NOCLOUD
			       : CONFIGDRIVE_OPENSTACK;
	for (size_t i = 0; i < machine->key_count; i++) {
		keys[i].name = machine->keys[i]->name;
		keys[i].public_key = machine->keys[i]->public_key;
	}
	if (configdrive_build(&drive, image, error) < 0)
		return error_context(error, "config drive");
	return 0;
}

int machine_xml_make(const struct change *change, const struct machine_address *address,
		     enum metadata_state state, struct machine_xml *xml,
		     struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(machine_xml_free) struct machine_xml made = {0};
	CLEANUP(json_object_put_ptr) json_object *context = NULL;

	machine_metadata(change, address, state,
			 state == METADATA_READY ? MACHINE_VOLUMES : 0, &metadata);
	made.metadata = metadata_xml(&metadata, error);
	if (!made.metadata)
		return -1;
	context = machine_context(change, address, made.metadata);
	if (volume_make(change, context, &made, error) < 0 ||
	    domain_make(change, context, &made, error) < 0 ||
	    machine_drive_make(change, 1, &made.drive, error) < 0)
		return -1;
	*xml = made;
	made = (struct machine_xml){0};
	return 0;
}

char *machine_domain_xml(const struct change *change, struct error *error)
{
	const struct machine_address address = {
		.known = change->machine->ip != BATCH_IP_DHCP,
		.address = lease_address_v4(change->domain->metadata.reservation.ip)};
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(machine_xml_free) struct machine_xml made = {0};
	CLEANUP(json_object_put_ptr) json_object *context = NULL;

	machine_metadata(change, &address, METADATA_READY, MACHINE_VOLUMES, &metadata);
	made.metadata = metadata_xml(&metadata, error);
	if (!made.metadata)
		return NULL;
	context = machine_context(change, &address, made.metadata);
	return domain_make(change, context, &made, error) < 0 ? NULL : TAKE(made.domain);
}

void machine_xml_free(struct machine_xml *xml)
{
	if (!xml)
		return;
	free(xml->metadata);
	free(xml->domain);
	free(xml->volume);
	buf_free(&xml->drive);
	*xml = (struct machine_xml){0};
}
