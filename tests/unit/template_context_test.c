/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vocabulary of templates is what the provisioner tells them, no more and no less. */
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/json.h"
#include "provision/plan/context.h"
#include "provision/render/vocabulary.h"
#include "tests/unit/tap.h"

/* A context in which everything is known. */
static json_object *context_make(void)
{
	static const struct batch_hypervisor hypervisor = {.name = "local",
							   .url = "qemu:///system",
							   .image_pool = "images",
							   .root_pool = "default",
							   .network = "vmango"};
	static const struct batch_plan plan = {.name = "small", .cpus = 1};
	static char public[] = "ssh-ed25519 AAAA", name[] = "web-1";
	static const struct batch_ssh_key key = {.name = "me", .public_key = public};
	const struct batch_ssh_key *keys[] = {&key};
	const struct batch_machine machine = {.name = name,
					      .index = 1,
					      .plan = &plan,
					      .image = "Debian-12",
					      .keys = keys,
					      .key_count = 1,
					      .userdata = "#cloud-config\n",
					      .userdata_size = 14};
	const struct context_image image = {.id = "i",
					    .os = "Debian-12",
					    .os_name = "Debian",
					    .os_version = "12",
					    .arch = "x86_64",
					    .type = "qcow2",
					    .pool = "images",
					    .path = "/i",
					    .size_bytes = 1,
					    .virtual_size_bytes = 1,
					    .changed_s = 1};
	const struct in_addr address = {.s_addr = htonl(0x0a000002)};
	const struct context context = {.machine = &machine,
					.hypervisor = &hypervisor,
					.image = &image,
					.id = "uuid",
					.hwaddr = "52:54:00:00:00:01",
					.creator = "me",
					.address = &address,
					.gateway = &address,
					.prefix = 24,
					.arch = "x86_64",
					.domain_type = "kvm",
					.volume_path = "/v",
					.volume_type = "qcow2",
					.drive_path = "/d",
					.metadata = "<m/>",
					.state = "running"};

	return context_json(&context);
}

static bool type_fits(enum vocabulary_type type, json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		return type == FIELD_OBJECT;
	case json_type_array:
		return type == FIELD_LIST;
	case json_type_string:
		return type == FIELD_TEXT || type == FIELD_MARKUP;
	case json_type_int:
		return type == FIELD_NUMBER;
	case json_type_boolean:
		return type == FIELD_TRUTH;
	default:
		return true; /* null: not known */
	}
}

static void value_check(const char *path, json_object *value)
{
	const struct field_entry *field = vocabulary_find(path);

	if (!tap_ok(field && type_fits(field->type, value), "%s is in the table", path))
		return;
	if (field->type == FIELD_LIST) {
		CLEANUP(free_ptr) char *element = mem_format("%s[]", path);

		value_check(element, json_object_array_get_idx(value, 0));
	}
	if (field->type != FIELD_OBJECT)
		return;
	json_object_object_foreach(value, key, member) {
		CLEANUP(free_ptr)
		char *below = mem_format("%s%s%s", path, *path ? "." : "", key);

		value_check(below, member);
	}
}

/* Whether the data has a path of the table. */
static bool path_exists(json_object *value, const char *path)
{
	CLEANUP(free_ptr) char *copy = mem_string(path);
	char *rest = copy, *name;

	while ((name = strsep(&rest, "."))) {
		char *element = strstr(name, "[]");

		if (element)
			*element = '\0';
		if (!json_object_object_get_ex(value, name, &value))
			return false;
		if (element)
			value = json_object_array_get_idx(value, 0);
	}
	return true;
}

int main(void)
{
	CLEANUP(json_put) json_object *context = context_make();

	value_check("", context);
	for (size_t i = 0; i < vocabulary_count; i++)
		tap_ok(path_exists(context, vocabulary[i].path), "templates get %s",
		       vocabulary[i].path);
	tap_string(vocabulary_nearest("Machine", "Nmae"), "Name", "the nearest member");
	tap_string(vocabulary_nearest("", "Machin"), "Machine", "the nearest of all");
	tap_string(vocabulary_nearest("Machine.SSHKeys[]", "public"), "Public",
		   "the nearest member of an element");
	tap_string(vocabulary_nearest("Machine", "Zzzzzzzz"), NULL, "none is near");
	return tap_done();
}
