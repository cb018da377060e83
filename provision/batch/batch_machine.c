/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines that one section of a batch describes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/text.h"
#include "imagetool/image_name.h"
#include "provision/batch/batch_machine.h"
#include "provision/batch/name_pattern.h"

DEFINE_CLEANUP(char **, batch_words_free)

/* "no plan "smal"; did you mean "small"?" */
static void unknown_name(struct error *error, const char *what, const char *name,
			 const char *const names[], size_t count)
{
	CLEANUP(free_ptr) char *meant = text_meant(name, names, count);

	error_set(error, "no %s \"%s\"%s", what, name, meant);
}

/* The item of `array` (of structs with a `name`) named `wanted`; NULL, with the error
 * set, when there is none. */
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

/* Names, or "any"; without the key the only hypervisor of the batch. */
static void machine_hypervisors_read(const struct batch_reader *reader,
				     struct batch_machine *machine)
{
	const struct batch_setting *setting = batch_reader_get(reader, "hypervisor");
	CLEANUP(batch_words_free_ptr)
	char **words = batch_read_words(reader, "hypervisor");
	struct batch *batch = reader->batch;
	CLEANUP(error_free) struct error error = {0};
	bool all = setting ? !strcmp(setting->value, "any")
			   : batch->hypervisors.count == 1;

	machine->hypervisors = mem_zero(batch->hypervisors.count,
					sizeof(*machine->hypervisors));
	array_foreach(hypervisor, &batch->hypervisors) {
		if (all)
			hypervisor_add(machine, hypervisor);
	}
	if (all)
		return;
	if (!words || !words[0])
		batch_reader_missing(reader, "hypervisor");
	for (char **word = words; word && *word; word++) {
		const struct batch_hypervisor *found = item_find(
			&batch->hypervisors, *word, "hypervisor", &error);

		if (found)
			hypervisor_add(machine, found);
		else
			batch_reader_error(reader, setting, &error);
	}
}

static bool machine_has_key(const struct batch_machine *machine,
			    const struct batch_ssh_key *key)
{
	for (size_t i = 0; i < machine->key_count; i++)
		if (machine->keys[i] == key)
			return true;
	return false;
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

		if (key && machine_has_key(machine, key)) {
			error_set(&error, "%s: given twice", words[i]);
			key = NULL;
		}
		if (!key)
			batch_reader_error(reader, setting, &error);
		else if (key->public_key) /* else its own section has the error */
			machine->keys[machine->key_count++] = key;
	}
}

/* Reads user data from the file that the setting names, or from its value. */
static int userdata_read(const struct batch_reader *reader,
			 const struct batch_setting *setting, struct buf *text,
			 struct error *error)
{
	CLEANUP(free_ptr) char *path = NULL;

	if (!strcmp(setting->key, "userdata")) {
		/* A value of several lines has no newline at its end, which scripts
		 * need. */
		buf_format(text, "%s%s", setting->value,
			   strchr(setting->value, '\n') ? "\n" : "");
		if (text->size > BATCH_USERDATA_MAX)
			return error_set(error, "larger than %d bytes",
					 BATCH_USERDATA_MAX);
		return 0;
	}
	if (!*setting->value)
		return 0;
	path = file_path_from(setting->path, setting->value, reader->options->home);
	if (batch_read_file(reader, path, BATCH_USERDATA_MAX, text, error) < 0)
		return -1;
	if (!text_is_utf8(buf_text(text), text->size) ||
	    memchr(buf_text(text), '\0', text->size))
		return error_set(error, "%s: not UTF-8 text", path);
	return 0;
}

/* Reads user data once for all machines; if that fails, they are empty. */
static const struct batch_userdata *userdata_get(const struct batch_reader *reader,
						 const struct batch_setting *setting)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf text = {0};
	struct batch_userdata *userdata;

	array_foreach(known, &reader->batch->userdata) {
		if (known->setting == setting)
			return known;
	}
	if (userdata_read(reader, setting, &text, &error) < 0) {
		batch_reader_error(reader, setting, &error);
		buf_clear(&text);
	}
	userdata = array_add(&reader->batch->userdata);
	userdata->setting = setting;
	userdata->size = text.size;
	userdata->text = buf_take(&text);
	return userdata;
}

/* A key of the machine replaces both keys of the defaults. */
static void machine_userdata_read(const struct batch_reader *reader,
				  struct batch_machine *machine)
{
	const struct batch_section *from = reader->section;
	const struct batch_setting *text, *file;
	const struct batch_userdata *userdata;
	CLEANUP(error_free) struct error error = {0};

	if (!batch_section_get(from, "userdata") &&
	    !batch_section_get(from, "userdata_file"))
		from = reader->defaults;
	text = batch_section_get(from, "userdata");
	file = batch_section_get(from, "userdata_file");
	if (text && file) {
		error_set(&error, "given together with userdata_file");
		batch_reader_error(reader, text, &error);
	} else if (text || file) {
		userdata = userdata_get(reader, text ? text : file);
		machine->userdata = userdata->size ? userdata->text : NULL;
		machine->userdata_size = userdata->size;
	}
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

static void unknown_arch(struct error *error, const char *word)
{
	const char *words[2 * IMAGE_ARCH_COUNT];
	CLEANUP(free_ptr) char *meant = NULL;

	for (size_t i = 0; i < IMAGE_ARCH_COUNT; i++) {
		words[2 * i] = image_arch_word((enum image_arch)i);
		words[2 * i + 1] = image_arch_libvirt((enum image_arch)i);
	}
	meant = text_meant(word, words, ARRAY_LENGTH(words));
	error_set(error, "unknown architecture \"%s\"%s", word, meant);
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
	unknown_arch(&error, setting->value);
	batch_reader_error(reader, setting, &error);
}

/* Reads what all machines of the section share. */
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
	batch_read_flag(reader, "protect", &machine->protect);
}

static int machine_add(const struct batch_reader *reader, const struct name_item *item,
		       const struct batch_machine *shared, struct error *error)
{
	struct batch *batch = reader->batch;
	const struct batch_machine *other = batch_machine_find(batch, item->name);
	struct batch_machine *machine;

	if (other && !strcmp(other->section->path, reader->section->path))
		return error_set(error, "%s: already given in line %u", item->name,
				 other->section->line);
	if (other)
		return error_set(error, "%s: already given in %s:%u", item->name,
				 other->section->path, other->section->line);
	if (batch->machines.count >= BATCH_MACHINES_MAX)
		return error_set(error, "more than %d machines", BATCH_MACHINES_MAX);
	machine = array_add(&batch->machines);
	*machine = *shared;
	machine->name = mem_string(item->name);
	machine->index = item->index;
	machine->keys = mem_copy(shared->keys, shared->key_count * sizeof(*shared->keys));
	machine->hypervisors = mem_copy(shared->hypervisors,
					shared->hypervisor_count *
						sizeof(*shared->hypervisors));
	return 0;
}

void batch_read_machines(const struct batch_reader *reader)
{
	CLEANUP(name_list_free) struct name_list names = {0};
	CLEANUP(error_free) struct error error = {0};
	struct batch_machine shared = {0};
	int status = 0;

	if (name_pattern_expand(reader->section->name, &names, &error) < 0) {
		batch_section_error(reader, &error);
		return;
	}
	machine_read(reader, &shared);
	if (names.items.count > 1 && shared.ip == BATCH_IP_ADDRESS) {
		error_set(&error, "one address for %zu machines", names.items.count);
		batch_reader_error(reader, batch_reader_get(reader, "ip"), &error);
		shared.ip = BATCH_IP_AUTO;
	}
	for (size_t i = 0; i < names.items.count && status == 0; i++)
		status = machine_add(reader, &names.items.items[i], &shared, &error);
	if (status < 0)
		batch_section_error(reader, &error);
	free(shared.keys);
	free(shared.hypervisors);
}
