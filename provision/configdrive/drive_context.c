/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the contents of a config drive from a machine's context in JSON. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/configdrive/drive_context.h"

enum { DEPTH_MAX = 32, PREFIX_MAX = 128 };

/* Finds a member; NULL when it is missing or null. -1 (and NULL) when it has another
 * type. */
static int member_get(json_object *object, const char *name, json_type type,
		      json_object **member, struct error *error)
{
	json_object *found = NULL;

	*member = NULL;
	json_object_object_get_ex(object, name, &found);
	if (found && !json_object_is_type(found, type))
		return error_set(error, "%s: not %s", name,
				 type == json_type_object  ? "an object"
				 : type == json_type_array ? "an array"
				 : type == json_type_int   ? "a number"
							   : "a string");
	*member = found;
	return 0;
}

/* Finds a string without NUL bytes; NULL when it is missing or empty. */
static int text_get(json_object *object, const char *name, const char **text,
		    struct error *error)
{
	json_object *member;
	const char *found;

	if (member_get(object, name, json_type_string, &member, error) < 0)
		return -1;
	found = json_object_get_string(member);
	if (found && strlen(found) != (size_t)json_object_get_string_len(member))
		return error_set(error, "%s: has a NUL byte", name);
	*text = found && *found ? found : NULL;
	return 0;
}

static int text_require(json_object *object, const char *name, const char **text,
			struct error *error)
{
	if (text_get(object, name, text, error) < 0)
		return -1;
	return *text ? 0 : error_set(error, "%s: missing", name);
}

static int keys_read(json_object *machine, struct configdrive_context *context,
		     struct error *error)
{
	json_object *keys;
	size_t count;

	if (member_get(machine, "SSHKeys", json_type_array, &keys, error) < 0)
		return -1;
	count = keys ? json_object_array_length(keys) : 0;
	if (count > CONFIGDRIVE_KEYS_MAX)
		return error_set(error, "SSHKeys: more than %d", CONFIGDRIVE_KEYS_MAX);
	context->keys = mem_zero(count, sizeof(*context->keys));
	for (size_t i = 0; i < count; i++) {
		json_object *key = json_object_array_get_idx(keys, i);
		struct configdrive_key *out = &context->keys[i];

		if (!json_object_is_type(key, json_type_object))
			return error_set(error, "SSHKeys[%zu]: not an object", i);
		if (text_require(key, "Name", &out->name, error) < 0 ||
		    text_require(key, "Public", &out->public_key, error) < 0)
			return error_context(error, "SSHKeys[%zu]", i);
	}
	context->drive.keys = context->keys;
	context->drive.key_count = count;
	return 0;
}

static int address_read(json_object *machine, struct configdrive_address *address,
			struct error *error)
{
	json_object *ip, *prefix;
	int64_t number;

	if (member_get(machine, "Ip", json_type_object, &ip, error) < 0)
		return -1;
	if (!ip)
		return 0;
	if (text_get(ip, "Address", &address->address, error) < 0 ||
	    text_get(ip, "Gateway", &address->gateway, error) < 0 ||
	    member_get(ip, "Netmask", json_type_int, &prefix, error) < 0)
		return error_context(error, "Ip");
	number = json_object_get_int64(prefix);
	if (number < 0 || number > PREFIX_MAX)
		return error_set(error, "Ip: Netmask: not a prefix length");
	address->prefix = (unsigned int)number;
	return 0;
}

static int machine_read(json_object *root, struct configdrive_context *context,
			struct error *error)
{
	struct configdrive *drive = &context->drive;
	json_object *machine, *userdata;
	const char *id;

	if (member_get(root, "Machine", json_type_object, &machine, error) < 0)
		return -1;
	if (!machine)
		return error_set(error, "Machine: missing");
	if (text_require(machine, "Name", &drive->hostname, error) < 0 ||
	    text_require(machine, "Id", &id, error) < 0 ||
	    text_get(machine, "HWAddr", &drive->hwaddr, error) < 0 ||
	    keys_read(machine, context, error) < 0 ||
	    address_read(machine, &context->address, error) < 0 ||
	    member_get(machine, "Userdata", json_type_string, &userdata, error) < 0)
		return error_context(error, "Machine");
	context->instance_id = mem_format("%s-1", id);
	drive->instance_id = context->instance_id;
	drive->userdata = json_object_get_string(userdata);
	drive->userdata_size = (size_t)json_object_get_string_len(userdata);
	return 0;
}

static int format_read(json_object *root, struct configdrive_context *context,
		       struct error *error)
{
	json_object *hypervisor;
	const char *word;

	if (member_get(root, "Hypervisor", json_type_object, &hypervisor, error) < 0)
		return -1;
	if (!hypervisor)
		return 0;
	if (text_get(hypervisor, "ConfigDrive", &word, error) < 0)
		return error_context(error, "Hypervisor");
	context->none = word && !strcmp(word, "none");
	if (word && !context->none &&
	    configdrive_format_parse(word, &context->drive.format) < 0)
		return error_set(error,
				 "Hypervisor: ConfigDrive: \"%s\" is not openstack, "
				 "nocloud or none",
				 word);
	return 0;
}

int configdrive_context_parse(const char *json, size_t size,
			      struct configdrive_context *context, struct error *error)
{
	CLEANUP(configdrive_context_free) struct configdrive_context read = {0};

	if (json_parse(json, size, DEPTH_MAX, &read.root, error) < 0)
		return -1;
	if (!json_object_is_type(read.root, json_type_object))
		return error_set(error, "not an object");
	if (machine_read(read.root, &read, error) < 0 ||
	    format_read(read.root, &read, error) < 0)
		return -1;
	*context = read;
	read = (struct configdrive_context){0};
	return 0;
}

void configdrive_context_free(struct configdrive_context *context)
{
	if (!context)
		return;
	free(context->instance_id);
	free(context->keys);
	json_object_put(context->root);
	*context = (struct configdrive_context){0};
}
