/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's metadata: freeing and reading them. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "common/text.h"
#include "common/xml.h"
#include "provision/host/metadata.h"
#include "provision/host/metadata_write.h"

bool metadata_is_removed(const struct metadata *metadata)
{
	return metadata->state == METADATA_REMOVING ||
	       (metadata->state == METADATA_CREATING && metadata->last_token &&
		!text_equal(metadata->last_token, metadata->token));
}

const char *metadata_worker(const struct metadata *metadata)
{
	return metadata->last_token ? metadata->last_token : metadata->token;
}

void metadata_volume_drop(struct metadata *metadata, size_t index)
{
	struct metadata_volume *volume = &metadata->volumes.items[index];
	size_t behind = --metadata->volumes.count - index;

	free(volume->pool);
	free(volume->name);
	free(volume->backing);
	free(volume->format);
	memmove(volume, volume + 1, behind * sizeof(*volume));
}

void metadata_free(struct metadata *metadata)
{
	if (!metadata)
		return;
	free(metadata->image_id);
	free(metadata->os);
	free(metadata->creator);
	free(metadata->plan);
	array_foreach(key, &metadata->keys) {
		free(key->name);
		free(key->public);
	}
	free(metadata->keys.items);
	free(metadata->userdata);
	free(metadata->token);
	free(metadata->last_token);
	free(metadata->batch);
	free(metadata->batch_file);
	free(metadata->adopted);
	free(metadata->adopted_name);
	free(metadata->input_hash);
	free(metadata->drive_hash);
	free(metadata->userdata_hash);
	while (metadata->volumes.count)
		metadata_volume_drop(metadata, metadata->volumes.count - 1);
	free(metadata->volumes.items);
	free(metadata->reservation.network);
	free(metadata->reservation.name);
	*metadata = (struct metadata){0};
}

/* Vmango's texts: NULL if missing or longer than `max_size` bytes. */
static char *loose_text(struct xml *xml, xmlNodePtr from, const char *path,
			size_t max_size)
{
	CLEANUP(free_ptr) char *text = xml_string(xml, from, path);

	return text && strlen(text) <= max_size ? TAKE(text) : NULL;
}

static void vmango_read(struct xml *xml, xmlNodePtr md, struct metadata *metadata)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr keys = xml_nodes(xml, md, "vmango:sshkeys/vmango:key");

	metadata->has_vmango = true;
	metadata->image_id = loose_text(xml, md, "vmango:imageId", METADATA_NAME_MAX);
	metadata->os = loose_text(xml, md, "vmango:os", METADATA_NAME_MAX);
	metadata->creator = loose_text(xml, md, "vmango:creator", METADATA_NAME_MAX);
	metadata->plan = loose_text(xml, md, "vmango:plan", METADATA_NAME_MAX);
	metadata->userdata = loose_text(xml, md, "vmango:userdata",
					METADATA_USERDATA_MAX);
	if (metadata->userdata)
		metadata->userdata_size = strlen(metadata->userdata);
	xml_foreach(node, keys)
	{
		CLEANUP(free_ptr)
		char *name = loose_text(xml, node, "@name", METADATA_NAME_MAX);
		CLEANUP(free_ptr)
		char *public = loose_text(xml, node, ".", METADATA_KEY_MAX);

		if (name && public && metadata->keys.count < METADATA_KEYS_MAX)
			*array_add(&metadata->keys) = (struct metadata_key){TAKE(name),
									    TAKE(public)};
	}
}

/* Our texts: fails if one is missing, empty or too long. */
static int strict_text(struct xml *xml, xmlNodePtr from, const char *path, char **text,
		       struct error *error)
{
	CLEANUP(free_ptr) char *found = xml_string(xml, from, path);

	if (!found || !*found)
		return error_set(error, "%s: missing", path);
	if (strlen(found) > METADATA_NAME_MAX)
		return error_set(error, "%s: longer than %d bytes", path,
				 METADATA_NAME_MAX);
	*text = TAKE(found);
	return 0;
}

static int state_read(struct xml *xml, xmlNodePtr machine, struct metadata *metadata,
		      struct error *error)
{
	CLEANUP(free_ptr) char *word = NULL;

	if (strict_text(xml, machine, "@state", &word, error) < 0)
		return -1;
	if (!strcmp(word, "being-created") || !strcmp(word, "creating"))
		metadata->state = METADATA_CREATING;
	else if (!strcmp(word, "being-removed"))
		metadata->state = METADATA_REMOVING;
	else if (!strcmp(word, "ready"))
		metadata->state = METADATA_READY;
	else
		return error_set(error,
				 "@state: \"%s\" is not being-created, being-removed or "
				 "ready",
				 word);
	metadata->token = loose_text(xml, machine, "@run", METADATA_NAME_MAX);
	metadata->last_token = loose_text(xml, machine, "@last", METADATA_NAME_MAX);
	return 0;
}

static int serial_read(struct xml *xml, xmlNodePtr machine, struct metadata *metadata,
		       struct error *error)
{
	static const char path[] = "tools:instance/@serial";
	CLEANUP(free_ptr) char *text = NULL;
	uint64_t number;

	if (strict_text(xml, machine, path, &text, error) < 0)
		return -1;
	if (num_parse(text, 0, METADATA_SERIAL_MAX, &number, error) < 0)
		return error_context(error, "%s", path);
	metadata->instance_serial = (unsigned int)number;
	return 0;
}

static int userdata_read(struct xml *xml, xmlNodePtr machine, struct metadata *metadata,
			 struct error *error)
{
	CLEANUP(free_ptr) char *size = xml_string(xml, machine, "tools:userdata/@size");
	uint64_t number = 0;

	metadata->userdata_hash = loose_text(xml, machine, "tools:userdata/@hash",
					     METADATA_NAME_MAX);
	if (size && num_parse(size, 0, METADATA_USERDATA_MAX, &number, error) < 0)
		return error_context(error, "tools:userdata/@size");
	metadata->userdata_hash_size = (size_t)number;
	return 0;
}

/* Attributes that exist only while the volume is created or deleted. */
static int volume_identity_read(struct xml *xml, xmlNodePtr node,
				struct metadata_volume *volume, struct error *error)
{
	CLEANUP(free_ptr) char *capacity = xml_string(xml, node, "@capacity");
	CLEANUP(free_ptr) char *image = xml_string(xml, node, "@image");

	if (!capacity)
		return 0;
	volume->backing = loose_text(xml, node, "@backing", METADATA_FILE_MAX);
	volume->format = loose_text(xml, node, "@format", METADATA_NAME_MAX);
	if (num_parse(capacity, 1, INT64_MAX, &volume->capacity_bytes, error) < 0)
		return error_context(error, "@capacity");
	volume->image_bytes = volume->capacity_bytes;
	if (image && num_parse(image, 1, INT64_MAX, &volume->image_bytes, error) < 0)
		return error_context(error, "@image");
	return 0;
}

static int volumes_read(struct xml *xml, xmlNodePtr machine, struct metadata *metadata,
			struct error *error)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr volumes = xml_nodes(xml, machine, "tools:volume");

	xml_foreach(node, volumes)
	{
		struct metadata_volume *volume;

		if (metadata->volumes.count == METADATA_VOLUMES_MAX)
			return error_set(error, "more than %d volumes",
					 METADATA_VOLUMES_MAX);
		volume = array_add(&metadata->volumes);
		if (strict_text(xml, node, "@pool", &volume->pool, error) < 0 ||
		    strict_text(xml, node, "@name", &volume->name, error) < 0 ||
		    volume_identity_read(xml, node, volume, error) < 0)
			return error_context(error, "tools:volume");
	}
	return 0;
}

static int reservation_read(struct xml *xml, xmlNodePtr node,
			    struct metadata_reservation *reservation, struct error *error)
{
	CLEANUP(free_ptr) char *mac = NULL;
	CLEANUP(free_ptr) char *ip = NULL;
	CLEANUP(free_ptr) char *script = NULL;

	if (strict_text(xml, node, "@network", &reservation->network, error) < 0 ||
	    strict_text(xml, node, "@mac", &mac, error) < 0 ||
	    strict_text(xml, node, "@ip", &ip, error) < 0 ||
	    strict_text(xml, node, "@name", &reservation->name, error) < 0 ||
	    mac_parse(mac, reservation->mac, error) < 0)
		return -1;
	if (inet_pton(AF_INET, ip, &reservation->ip) != 1)
		return error_set(error, "@ip: \"%s\" is not an IPv4 address", ip);
	script = xml_string(xml, node, "@script");
	reservation->by_script = script && !strcmp(script, "yes");
	return 0;
}

static int tools_read(struct xml *xml, xmlNodePtr machine, struct metadata *metadata,
		      struct error *error)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr reservation = xml_nodes(xml, machine, "tools:reservation[1]");
	CLEANUP(free_ptr) char *protect = NULL;

	metadata->has_tools = true;
	metadata->batch_file = loose_text(xml, machine, "tools:batch/@file",
					  METADATA_FILE_MAX);
	metadata->adopted = loose_text(xml, machine, "tools:batch/@adopted",
				       METADATA_NAME_MAX);
	metadata->adopted_name = loose_text(xml, machine, "tools:batch/@as",
					    METADATA_NAME_MAX);
	metadata->drive_hash = loose_text(xml, machine, "tools:instance/@drive",
					  METADATA_NAME_MAX);
	protect = xml_string(xml, machine, "@protect");
	metadata->protect = protect && !strcmp(protect, "yes");
	if (state_read(xml, machine, metadata, error) < 0 ||
	    strict_text(xml, machine, "tools:batch/@name", &metadata->batch, error) < 0 ||
	    strict_text(xml, machine, "tools:input/@hash", &metadata->input_hash, error) <
		    0 ||
	    serial_read(xml, machine, metadata, error) < 0 ||
	    userdata_read(xml, machine, metadata, error) < 0 ||
	    volumes_read(xml, machine, metadata, error) < 0)
		return -1;
	xml_foreach(node, reservation)
	{
		if (reservation_read(xml, node, &metadata->reservation, error) < 0)
			return error_context(error, "tools:reservation");
	}
	return 0;
}

static int document_read(struct xml *xml, struct metadata *metadata, struct error *error)
{
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr vmango = NULL;
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr tools = NULL;

	xml_namespace(xml, METADATA_VMANGO_KEY, METADATA_VMANGO_URI);
	xml_namespace(xml, METADATA_TOOLS_KEY, METADATA_TOOLS_URI);
	vmango = xml_nodes(xml, NULL, "/domain/metadata/vmango:md[1]");
	tools = xml_nodes(xml, NULL, "/domain/metadata/tools:machine[1]");
	xml_foreach(node, vmango)
	{
		vmango_read(xml, node, metadata);
	}
	xml_foreach(node, tools)
	{
		if (tools_read(xml, node, metadata, error) < 0)
			return error_context(error, "tools:machine");
	}
	return 0;
}

int metadata_parse(const char *domain_xml, size_t size, struct metadata *metadata,
		   struct error *error)
{
	CLEANUP(metadata_free) struct metadata read = {0};
	CLEANUP(xml_free) struct xml xml = {0};

	if (xml_parse(&xml, domain_xml, size, error) < 0 ||
	    document_read(&xml, &read, error) < 0)
		return -1;
	*metadata = read;
	read = (struct metadata){0};
	return 0;
}
