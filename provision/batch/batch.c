/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch: the hypervisors, plans, SSH keys and machines that its files describe. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/batch/batch.h"

struct batch_hypervisor batch_hypervisor_default(const char *name)
{
	return (struct batch_hypervisor){.name = name,
					 .image_pool = "vmango-images",
					 .root_pool = "default",
					 .network = "vmango"};
}

void batch_words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	array_foreach(hypervisor, &batch->hypervisors) {
		free(hypervisor->vm_template);
		free(hypervisor->network_script);
		free(hypervisor->volume_template);
		batch_words_free(hypervisor->ignored_vms);
	}
	array_foreach(key, &batch->keys)
		free(key->public_key);
	array_foreach(machine, &batch->machines) {
		free(machine->name);
		free(machine->keys);
		free(machine->hypervisors);
	}
	array_foreach(userdata, &batch->userdata)
		free(userdata->text);
	array_foreach(stream, &batch->streams) {
		free(stream->path);
		buf_free(&stream->content);
	}
	free(batch->hypervisors.items);
	free(batch->plans.items);
	free(batch->keys.items);
	free(batch->machines.items);
	free(batch->userdata.items);
	free(batch->streams.items);
	free(batch->name);
	free(batch->path);
	batch_file_free(&batch->file);
	*batch = (struct batch){0};
}

const struct batch_machine *batch_machine_find(const struct batch *batch,
					       const char *name)
{
	array_foreach(machine, &batch->machines) {
		if (!strcmp(machine->name, name))
			return machine;
	}
	return NULL;
}

/* Adds the place: "path:line: key: reason", or without a setting "path:line: title:
 * reason". */
static int error_place(struct error *error, const struct batch_setting *setting,
		       const struct batch_section *section, const char *title)
{
	if (setting)
		return error_context(error, "%s:%u: %s", setting->path, setting->line,
				     setting->key);
	if (section)
		return error_context(error, "%s:%u: %s", section->path, section->line,
				     title);
	return error_context(error, "%s", title);
}

int batch_machine_error(const struct batch_machine *machine, const char *key,
			struct error_list *errors, const char *format, ...)
{
	const struct batch_setting *setting = batch_section_get(machine->section, key);
	CLEANUP(free_ptr) char *title = mem_format("machine %s", machine->name);
	CLEANUP(free_ptr) char *reason = NULL;
	CLEANUP(error_free) struct error error = {0};
	va_list arguments;

	if (!setting)
		setting = batch_section_get(machine->defaults, key);
	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	error_set(&error, "%s", reason);
	error_place(&error, setting, machine->section, title);
	return error_list_take_once(errors, &error);
}

int batch_hypervisor_error_take(const struct batch_hypervisor *hypervisor,
				const char *key, struct error_list *errors,
				struct error *error)
{
	CLEANUP(free_ptr) char *title = mem_format("hypervisor %s", hypervisor->name);

	error_place(error, batch_section_get(hypervisor->section, key),
		    hypervisor->section, title);
	return error_list_take_once(errors, error);
}

int batch_hypervisor_error(const struct batch_hypervisor *hypervisor, const char *key,
			   struct error_list *errors, const char *format, ...)
{
	CLEANUP(free_ptr) char *reason = NULL;
	CLEANUP(error_free) struct error error = {0};
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	error_set(&error, "%s", reason);
	return batch_hypervisor_error_take(hypervisor, key, errors, &error);
}
