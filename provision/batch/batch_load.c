/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a batch from its files. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "provision/batch/batch_load.h"
#include "provision/batch/batch_machine.h"
#include "provision/batch/reader.h"
#include "provision/batch/ssh_key.h"

static const uint64_t MEGABYTE = UINT64_C(1) << 20, GIGABYTE = UINT64_C(1) << 30;

static const char *const clone_words[] = {"auto", "copy", "overlay", NULL};
static const char *const drive_words[] = {"openstack", "nocloud", "none", NULL};
static const char *const domain_words[] = {"auto", "kvm", "qemu", NULL};

static struct batch_hypervisor *hypervisor_add(struct batch *batch, const char *name,
					       const struct batch_options *options)
{
	struct batch_hypervisor *hypervisor = array_add(&batch->hypervisors);

	*hypervisor = batch_hypervisor_default(name);
	hypervisor->url = options->url;
	hypervisor->url_is_given = options->url != NULL;
	return hypervisor;
}

static void network_script_read(const struct batch_reader *reader,
				struct batch_hypervisor *hypervisor)
{
	CLEANUP(error_free) struct error error = {0};

	batch_read_path(reader, "network_script", &hypervisor->network_script);
	if (!hypervisor->network_script || access(hypervisor->network_script, X_OK) == 0)
		return;
	error_errno(&error, "%s", hypervisor->network_script);
	batch_reader_error(reader, batch_reader_get(reader, "network_script"), &error);
}

/* A template is read when it is needed, unless it can be read only once. */
static void template_read(const struct batch_reader *reader, const char *key, char **path,
			  struct batch_text *text)
{
	CLEANUP(error_free) struct error error = {0};
	const struct buf *content;

	batch_read_path(reader, key, path);
	if (!*path || !file_is_stream(*path))
		return;
	content = batch_read_stream(reader, *path, BATCH_TEMPLATE_MAX, &error);
	if (content)
		*text = (struct batch_text){buf_text(content), content->size};
	else
		batch_reader_error(reader, batch_reader_get(reader, key), &error);
}

static void hypervisor_read(const struct batch_reader *reader)
{
	struct batch_hypervisor *hypervisor = hypervisor_add(
		reader->batch, reader->section->name, reader->options);

	hypervisor->section = reader->section;
	if (!strcmp(hypervisor->name, "any")) {
		CLEANUP(error_free) struct error error = {0};

		error_set(&error,
			  "stands for every hypervisor and can't be the name of one");
		batch_section_error(reader, &error);
	}
	if (!reader->options->url)
		batch_read_text(reader, "url", &hypervisor->url);
	batch_read_text(reader, "image_storage_pool", &hypervisor->image_pool);
	batch_read_text(reader, "root_storage_pool", &hypervisor->root_pool);
	batch_read_text(reader, "network", &hypervisor->network);
	network_script_read(reader, hypervisor);
	template_read(reader, "vm_template", &hypervisor->vm_template,
		      &hypervisor->vm_template_text);
	template_read(reader, "volume_template", &hypervisor->volume_template,
		      &hypervisor->volume_template_text);
	hypervisor->ignored_vms = batch_read_words(reader, "ignored_vms");
	batch_read_choice(reader, "clone", clone_words, &hypervisor->clone);
	batch_read_choice(reader, "config_drive", drive_words, &hypervisor->config_drive);
	batch_read_choice(reader, "domain_type", domain_words, &hypervisor->domain_type);
	batch_read_flag(reader, "userdata_metadata", &hypervisor->userdata_metadata);
}

static void plan_read(const struct batch_reader *reader)
{
	struct batch_plan *plan = array_add(&reader->batch->plans);

	plan->section = reader->section;
	plan->name = reader->section->name;
	plan->cpus = 1;
	batch_read_size(reader, "memory", MEGABYTE, &plan->memory_bytes);
	batch_read_count(reader, "cpus", BATCH_CPUS_MAX, &plan->cpus);
	batch_read_size(reader, "disk_size", GIGABYTE, &plan->disk_size_bytes);
}

/* Reads the key from the file that the setting names, or from its value. */
static int key_parse(const struct batch_reader *reader,
		     const struct batch_setting *setting, bool from_file, char **key,
		     struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *path = NULL;

	if (!from_file)
		return ssh_key_parse(setting->value, strlen(setting->value), key, error);
	path = file_path_from(setting->path, setting->value, reader->options->home);
	if (batch_read_file(reader, path, SSH_KEY_MAX, &text, error) < 0)
		return -1;
	if (ssh_key_parse(buf_text(&text), text.size, key, error) < 0)
		return error_context(error, "%s", path);
	return 0;
}

static void ssh_key_read(const struct batch_reader *reader)
{
	const struct batch_setting *text = batch_reader_get(reader, "public");
	const struct batch_setting *file = batch_reader_get(reader, "public_file");
	struct batch_ssh_key *key = array_add(&reader->batch->keys);
	CLEANUP(error_free) struct error error = {0};

	key->section = reader->section;
	key->name = reader->section->name;
	if (text && !*text->value)
		text = NULL;
	if (file && !*file->value)
		file = NULL;
	if (!text && !file) {
		batch_reader_missing(reader, "public or public_file");
		return;
	}
	if (text && file) {
		error_set(&error, "given together with public_file");
		batch_reader_error(reader, text, &error);
		return;
	}
	if (key_parse(reader, text ? text : file, !text, &key->public_key, &error) < 0)
		batch_reader_error(reader, text ? text : file, &error);
}

static void sections_read(struct batch_reader *reader, enum batch_kind kind,
			  void (*read)(const struct batch_reader *))
{
	array_foreach(section, &reader->batch->file.sections) {
		if (section->kind != kind)
			continue;
		reader->section = section;
		read(reader);
	}
}

/* Whether both may be on one hypervisor. A machine that is not placed yet may be on any
 * of its hypervisors. */
static bool may_meet(const struct batch_machine *one, const struct batch_machine *other)
{
	for (size_t i = 0; i < one->hypervisor_count; i++)
		for (size_t j = 0; j < other->hypervisor_count; j++)
			if (one->hypervisors[i] == other->hypervisors[j])
				return true;
	return false;
}

/* The machine before this one with the same address, NULL when there is none. */
static const struct batch_machine *address_owner(const struct batch *batch,
						 const struct batch_machine *machine)
{
	for (const struct batch_machine *other = batch->machines.items; other < machine;
	     other++)
		if (other->ip == BATCH_IP_ADDRESS &&
		    other->address.s_addr == machine->address.s_addr &&
		    may_meet(machine, other))
			return other;
	return NULL;
}

static void addresses_check(const struct batch *batch, struct error_list *errors)
{
	array_foreach(machine, &batch->machines) {
		const struct batch_machine *owner = NULL;

		if (machine->ip == BATCH_IP_ADDRESS)
			owner = address_owner(batch, machine);
		if (owner)
			batch_machine_error(machine, "ip", errors,
					    "%s already has this address", owner->name);
	}
}

static char *name_from_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t length = strlen(base);

	if (length > 4 && !strcmp(base + length - 4, ".ini"))
		length -= 4;
	return mem_substring(base, length);
}

static void name_read(struct batch_reader *reader, const char *path)
{
	CLEANUP(error_free) struct error error = {0};
	const char *name = NULL;

	reader->section = batch_file_find(&reader->batch->file, BATCH_HEAD, "");
	batch_read_text(reader, "batch", &name);
	if (name && strlen(name) > BATCH_NAME_MAX) {
		error_set(&error, "longer than %d bytes", BATCH_NAME_MAX);
		batch_reader_error(reader, batch_reader_get(reader, "batch"), &error);
	}
	reader->batch->name_is_said = name != NULL;
	if (name)
		reader->batch->name = mem_string(name);
	else if (path)
		reader->batch->name = name_from_path(path);
	if (path && strcmp(path, "-") != 0 && !file_is_stream(path))
		reader->batch->path = realpath(path, NULL);
	else if (path && !name)
		error_list_add(reader->errors, "%s: batch is missing: %s has no name",
			       path, strcmp(path, "-") ? "a pipe" : "standard input");
}

int batch_load(const char *path, const struct batch_options *options, struct batch *batch,
	       struct error_list *errors)
{
	struct batch_reader reader = {
		.batch = batch, .options = options, .errors = errors};
	size_t before = errors->count;

	batch_file_read(path, options->shared_path, options->home, &batch->file, errors);
	name_read(&reader, path);
	sections_read(&reader, BATCH_HYPERVISOR, hypervisor_read);
	if (!batch->hypervisors.count)
		hypervisor_add(batch, "local", options);
	sections_read(&reader, BATCH_PLAN, plan_read);
	sections_read(&reader, BATCH_SSH_KEY, ssh_key_read);
	reader.defaults = batch_file_find(&batch->file, BATCH_DEFAULTS, "");
	sections_read(&reader, BATCH_MACHINE, batch_read_machines);
	addresses_check(batch, errors);
	return errors->count > before ? -1 : 0;
}
