/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines of a batch: one section may stand for many. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/text.h"
#include "imagetool/image_name.h"
#include "provision/batch_reader.h"
#include "provision/name_pattern.h"

DEFINE_CLEANUP(char **, batch_words_free)

/* "no plan "smal"; is "small" meant?" */
static void unknown_name(struct error *error, const char *what, const char *name,
			 const char *const names[], size_t count)
{
	const char *nearest = text_nearest(name, names, count);

	error_set(error, "no %s \"%s\"%s%s%s", what, name, nearest ? "; is \"" : "",
		  nearest ? nearest : "", nearest ? "\" meant?" : "");
}

/* The item of `array` (items with a `name`) that is called `wanted`, else NULL with why.
 */
#define item_find(array, wanted, what, error)                                      \
	({                                                                         \
		typeof((array)->items) found_ = NULL;                              \
		const char **names_ = mem_zero((array)->count, sizeof(*names_));   \
		for (size_t i_ = 0; i_ < (array)->count; i_++) {                   \
			names_[i_] = (array)->items[i_].name;                      \
			if (!strcmp(names_[i_], wanted))                           \
				found_ = &(array)->items[i_];                      \
		}                                                                  \
		if (!found_)                                                       \
			unknown_name(error, what, wanted, names_, (array)->count); \
		free(names_);                                                      \
		found_;                                                            \
	})

static void machine_plan_read(const struct batch_reader *reader,
			      struct batch_machine *machine)
{
	const struct batch_setting *setting = batch_reader_get(reader, "plan");
	CLEANUP(error_free) struct error error = {0};

	if (!setting) {
		batch_reader_missing(reader, "plan");
		return;
	}
	machine->plan = item_find(&reader->batch->plans, setting->value, "plan", &error);
	if (!machine->plan)
		batch_reader_error(reader, setting, &error);
}

static void hypervisor_add(struct batch_machine *machine,
			   const struct batch_hypervisor *hypervisor)
{
	for (size_t i = 0; i < machine->hypervisor_count; i++)
		if (machine->hypervisors[i] == hypervisor)
			return;
	machine->hypervisors[machine->hypervisor_count++] = hypervisor;
}

/* A name, names, or "any"; a name may have blanks in it when it stands alone. */
static void machine_hypervisors_read(const struct batch_reader *reader,
				     struct batch_machine *machine)
{
	const struct batch_setting *setting = batch_reader_get(reader, "hypervisor");
	CLEANUP(batch_words_free_ptr) char **words = NULL;
	struct batch *batch = reader->batch;
	CLEANUP(error_free) struct error error = {0};
	bool is_any = setting && !strcmp(setting->value, "any");

	machine->hypervisors = mem_zero(batch->hypervisors.count,
					sizeof(*machine->hypervisors));
	array_foreach(hypervisor, &batch->hypervisors) {
		if (is_any || (!setting && batch->hypervisors.count == 1) ||
		    (setting && !strcmp(setting->value, hypervisor->name)))
			hypervisor_add(machine, hypervisor);
	}
	if (machine->hypervisor_count)
		return;
	words = batch_read_words(reader, "hypervisor");
	if (!words || !words[0]) {
		batch_reader_missing(reader, "hypervisor");
		return;
	}
	for (char **word = words; *word; word++) {
		const struct batch_hypervisor *found = item_find(
			&batch->hypervisors, *word, "hypervisor", &error);

		if (found)
			hypervisor_add(machine, found);
		else
			batch_reader_error(reader, setting, &error);
	}
}

static void machine_keys_read(const struct batch_reader *reader,
			      struct batch_machine *machine)
{
	const struct batch_setting *setting = batch_reader_get(reader, "ssh_keys");
	CLEANUP(batch_words_free_ptr) char **words = batch_read_words(reader, "ssh_keys");
	CLEANUP(error_free) struct error error = {0};
	size_t count = 0;

	while (words && words[count])
		count++;
	machine->keys = mem_zero(count, sizeof(*machine->keys));
	for (size_t i = 0; i < count; i++) {
		const struct batch_ssh_key *key = item_find(&reader->batch->keys,
							    words[i], "ssh_key", &error);

		if (key)
			machine->keys[machine->key_count++] = key;
		else
			batch_reader_error(reader, setting, &error);
	}
}

/* A key of the machine overrules either key of the defaults. */
static void machine_userdata_read(const struct batch_reader *reader,
				  struct batch_machine *machine)
{
	const struct batch_section *from = reader->section;
	const struct batch_setting *text, *file;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf contents = {0};
	CLEANUP(free_ptr) char *path = NULL;

	if (!batch_section_get(from, "userdata") &&
	    !batch_section_get(from, "userdata_file"))
		from = reader->defaults;
	text = batch_section_get(from, "userdata");
	file = batch_section_get(from, "userdata_file");
	if (text && file) {
		error_set(&error, "given beside userdata_file");
		batch_reader_error(reader, text, &error);
		return;
	}
	if (text && *text->value) {
		/* Continued lines come without the last line's end, scripts want it. */
		buf_format(&contents, "%s%s", text->value,
			   strchr(text->value, '\n') ? "\n" : "");
	} else if (file && *file->value) {
		path = file_path_from(file->path, file->value, reader->options->home);
		if (file_read(path, BATCH_USERDATA_MAX, &contents, &error) < 0) {
			batch_reader_error(reader, file, &error);
			return;
		}
		if (memchr(buf_text(&contents), '\0', contents.size)) {
			error_set(&error, "%s: has NUL bytes, not text", path);
			batch_reader_error(reader, file, &error);
			return;
		}
	} else {
		return;
	}
	machine->userdata_size = contents.size;
	machine->userdata = *array_add(&reader->batch->userdata) = buf_take(&contents);
}

static void machine_ip_read(const struct batch_reader *reader,
			    struct batch_machine *machine)
{
	const struct batch_setting *setting = batch_reader_get(reader, "ip");
	CLEANUP(error_free) struct error error = {0};

	if (!setting || !strcmp(setting->value, "auto")) {
		machine->ip = BATCH_IP_AUTO;
	} else if (!strcmp(setting->value, "dhcp")) {
		machine->ip = BATCH_IP_DHCP;
	} else if (inet_pton(AF_INET, setting->value, &machine->address) == 1) {
		machine->ip = BATCH_IP_ADDRESS;
	} else {
		error_set(&error, "neither auto, dhcp nor an IPv4 address: \"%s\"",
			  setting->value);
		batch_reader_error(reader, setting, &error);
	}
}

static void machine_arch_read(const struct batch_reader *reader,
			      struct batch_machine *machine)
{
	const struct batch_setting *setting = batch_reader_get(reader, "arch");
	CLEANUP(error_free) struct error error = {0};
	enum image_arch arch;

	if (!setting)
		return;
	if (image_arch_parse(setting->value, strlen(setting->value), &arch) == 0) {
		machine->arch = image_arch_libvirt(arch);
		return;
	}
	error_set(&error, "unknown architecture \"%s\"", setting->value);
	batch_reader_error(reader, setting, &error);
}

/* Everything that the names of one section share. */
static void machine_read(const struct batch_reader *reader, struct batch_machine *machine)
{
	machine->section = reader->section;
	machine->defaults = reader->defaults;
	machine_hypervisors_read(reader, machine);
	machine_plan_read(reader, machine);
	batch_read_text(reader, "image", &machine->image);
	if (!machine->image)
		batch_reader_missing(reader, "image");
	machine_arch_read(reader, machine);
	machine_keys_read(reader, machine);
	machine_userdata_read(reader, machine);
	machine_ip_read(reader, machine);
	batch_read_flag(reader, "autostart", &machine->autostart);
}

static int machine_error_at_section(const struct batch_reader *reader, const char *reason)
{
	return error_list_add(reader->errors, "%s:%u: %s", reader->section->path,
			      reader->section->line, reason);
}

void batch_read_machines(const struct batch_reader *reader)
{
	CLEANUP(name_list_free) struct name_list names = {0};
	CLEANUP(error_free) struct error error = {0};
	struct batch_machine shared = {0};
	struct batch *batch = reader->batch;

	if (name_pattern_expand(reader->section->name, &names, &error) < 0) {
		machine_error_at_section(reader, error_text(&error));
		return;
	}
	machine_read(reader, &shared);
	if (names.items.count > 1 && shared.ip == BATCH_IP_ADDRESS)
		batch_machine_error(&shared, "ip", reader->errors,
				    "one address for %zu machines", names.items.count);
	array_foreach(item, &names.items) {
		struct batch_machine *machine;

		if (batch_machine_find(batch, item->name)) {
			error_list_add(
				reader->errors, "%s:%u: machine %s stands here twice",
				reader->section->path, reader->section->line, item->name);
			continue;
		}
		if (batch->machines.count >= BATCH_MACHINES_MAX) {
			machine_error_at_section(reader, "too many machines");
			break;
		}
		machine = array_add(&batch->machines);
		*machine = shared;
		machine->name = TAKE(item->name);
		machine->index = item->index;
		machine->keys = mem_copy(shared.keys,
					 shared.key_count * sizeof(*shared.keys));
		machine->hypervisors = mem_copy(shared.hypervisors,
						shared.hypervisor_count *
							sizeof(*shared.hypervisors));
	}
	free(shared.keys);
	free(shared.hypervisors);
}
