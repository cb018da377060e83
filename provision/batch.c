/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch: the hypervisors, plans, keys and machines that an INI file asks for. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/num.h"
#include "common/text.h"
#include "imagetool/image_name.h"
#include "provision/batch.h"
#include "provision/name_pattern.h"
#include "provision/ssh_key.h"

enum { WORDS_MAX = 256 };

static const uint64_t MEGABYTE = UINT64_C(1) << 20, GIGABYTE = UINT64_C(1) << 30;

/* A section while it is read: where it stands, and where mistakes go. */
struct reader {
	struct batch *batch;
	const struct batch_options *options;
	const struct batch_section *section, *defaults;
	struct error_list *errors;
};

static const struct batch_setting *setting_get(const struct reader *reader,
					       const char *key)
{
	const struct batch_setting *setting = batch_section_get(reader->section, key);

	return setting ? setting : batch_section_get(reader->defaults, key);
}

static int setting_error(const struct reader *reader, const struct batch_setting *setting,
			 struct error *error)
{
	error_context(error, "%s:%u: %s", setting->path, setting->line, setting->key);
	return error_list_take(reader->errors, error);
}

static int missing_error(const struct reader *reader, const char *key)
{
	return error_list_add(reader->errors, "%s:%u: %s: %s is missing",
			      reader->section->path, reader->section->line,
			      reader->section->name, key);
}

/* Each of these leaves the default alone when the key is not there or wrong. */

static void text_read(const struct reader *reader, const char *key, const char **text)
{
	const struct batch_setting *setting = setting_get(reader, key);
	CLEANUP(error_free) struct error error = {0};

	if (!setting)
		return;
	if (strchr(setting->value, '\n')) {
		error_set(&error, "takes one line");
		setting_error(reader, setting, &error);
	} else if (*setting->value) {
		*text = setting->value;
	}
}

static void path_read(const struct reader *reader, const char *key, char **path)
{
	const struct batch_setting *setting = setting_get(reader, key);
	const char *text = NULL;

	text_read(reader, key, &text);
	if (text)
		*path = file_path_from(setting->path, text, reader->options->home);
}

static void size_read(const struct reader *reader, const char *key, uint64_t unit,
		      uint64_t *size_bytes)
{
	const struct batch_setting *setting = setting_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	uint64_t size;

	if (!setting) {
		missing_error(reader, key);
		return;
	}
	if (num_parse_size(setting->value, unit, &size, &error) < 0)
		setting_error(reader, setting, &error);
	else if (size < MEGABYTE)
		setting_error(reader, setting,
			      (error_set(&error, "less than 1 MB"), &error));
	else
		*size_bytes = size;
}

static void count_read(const struct reader *reader, const char *key, unsigned int max,
		       unsigned int *count)
{
	const struct batch_setting *setting = setting_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	uint64_t number;

	if (!setting)
		return;
	if (num_parse(setting->value, 1, max, &number, &error) < 0)
		setting_error(reader, setting, &error);
	else
		*count = (unsigned int)number;
}

/* One of the words, whose place is the value of an enum. */
static void choice_read(const struct reader *reader, const char *key,
			const char *const words[], unsigned int *choice)
{
	const struct batch_setting *setting = setting_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	const char *nearest;
	size_t count = 0;

	if (!setting)
		return;
	for (; words[count]; count++) {
		if (!strcmp(words[count], setting->value)) {
			*choice = (unsigned int)count;
			return;
		}
	}
	nearest = text_nearest(setting->value, words, count);
	error_set(&error, "unknown value \"%s\"%s%s%s", setting->value,
		  nearest ? "; is \"" : "", nearest ? nearest : "",
		  nearest ? "\" meant?" : "");
	setting_error(reader, setting, &error);
}

static void flag_read(const struct reader *reader, const char *key, bool *flag)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", NULL};
	unsigned int choice = *flag;

	choice_read(reader, key, words, &choice);
	*flag = choice % 2;
}

/* Words between commas or blanks, NULL-ended; NULL when the key is not there. */
static char **words_read(const struct reader *reader, const char *key)
{
	const struct batch_setting *setting = setting_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	const char *rest;
	char **words;
	size_t count = 0;

	if (!setting)
		return NULL;
	words = mem_zero(WORDS_MAX + 1, sizeof(*words));
	for (rest = setting->value; *rest;) {
		size_t length = strcspn(rest, ", \t\n");

		if (length && count < WORDS_MAX)
			words[count++] = mem_substring(rest, length);
		rest += length + (rest[length] != '\0');
	}
	if (count == WORDS_MAX) {
		error_set(&error, "more than %d words", WORDS_MAX - 1);
		setting_error(reader, setting, &error);
	}
	return words;
}

static void words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static void words_free_ptr(char ***words)
{
	words_free(*words);
}

static const char *const clone_words[] = {"auto", "copy", "overlay", NULL};
static const char *const drive_words[] = {"openstack", "nocloud", "none", NULL};
static const char *const domain_words[] = {"auto", "kvm", "qemu", NULL};

static struct batch_hypervisor *hypervisor_add(struct batch *batch, const char *name,
					       const struct batch_options *options)
{
	struct batch_hypervisor *hypervisor = array_add(&batch->hypervisors);

	hypervisor->name = name;
	hypervisor->url = options->url;
	hypervisor->image_pool = "vmango-images";
	hypervisor->root_pool = "default";
	hypervisor->network = "vmango";
	return hypervisor;
}

static void hypervisor_read(const struct reader *reader)
{
	struct batch_hypervisor *hypervisor = hypervisor_add(
		reader->batch, reader->section->name, reader->options);

	hypervisor->section = reader->section;
	if (!reader->options->url)
		text_read(reader, "url", &hypervisor->url);
	text_read(reader, "image_storage_pool", &hypervisor->image_pool);
	text_read(reader, "root_storage_pool", &hypervisor->root_pool);
	text_read(reader, "network", &hypervisor->network);
	path_read(reader, "network_script", &hypervisor->network_script);
	path_read(reader, "vm_template", &hypervisor->vm_template);
	path_read(reader, "volume_template", &hypervisor->volume_template);
	hypervisor->ignored_vms = words_read(reader, "ignored_vms");
	choice_read(reader, "clone", clone_words, &hypervisor->clone);
	choice_read(reader, "config_drive", drive_words, &hypervisor->config_drive);
	choice_read(reader, "domain_type", domain_words, &hypervisor->domain_type);
}

static void plan_read(const struct reader *reader)
{
	struct batch_plan *plan = array_add(&reader->batch->plans);

	plan->section = reader->section;
	plan->name = reader->section->name;
	plan->cpus = 1;
	size_read(reader, "memory", MEGABYTE, &plan->memory_bytes);
	count_read(reader, "cpus", BATCH_CPUS_MAX, &plan->cpus);
	size_read(reader, "disk_size", GIGABYTE, &plan->disk_size_bytes);
}

/* The key's text, from the file or from the value; the caller owns it. */
static char *key_text(const struct reader *reader, const struct batch_setting *setting,
		      bool from_file, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *path = NULL;

	if (!from_file)
		return mem_string(setting->value);
	path = file_path_from(setting->path, setting->value, reader->options->home);
	if (file_read(path, BATCH_KEY_MAX, &text, error) < 0)
		return NULL;
	return buf_take(&text);
}

static void ssh_key_read(const struct reader *reader)
{
	const struct batch_setting *public = setting_get(reader, "public");
	const struct batch_setting *file = setting_get(reader, "public_file");
	struct batch_ssh_key *key = array_add(&reader->batch->keys);
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *text = NULL;

	key->section = reader->section;
	key->name = reader->section->name;
	if (!public && !file) {
		missing_error(reader, "public or public_file");
		return;
	}
	if (public && file) {
		error_set(&error, "given beside public_file");
		setting_error(reader, public, &error);
		return;
	}
	text = key_text(reader, public ? public : file, file != NULL, &error);
	if (!text || ssh_key_parse(text, &key->public, &error) < 0)
		setting_error(reader, public ? public : file, &error);
}

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

static void machine_plan_read(const struct reader *reader, struct batch_machine *machine)
{
	const struct batch_setting *setting = setting_get(reader, "plan");
	CLEANUP(error_free) struct error error = {0};

	if (!setting) {
		missing_error(reader, "plan");
		return;
	}
	machine->plan = item_find(&reader->batch->plans, setting->value, "plan", &error);
	if (!machine->plan)
		setting_error(reader, setting, &error);
}

static void machine_hypervisor_read(const struct reader *reader,
				    struct batch_machine *machine)
{
	const struct batch_setting *setting = setting_get(reader, "hypervisor");
	struct batch *batch = reader->batch;
	CLEANUP(error_free) struct error error = {0};

	if (!setting && batch->hypervisors.count == 1) {
		machine->hypervisor = &batch->hypervisors.items[0];
		return;
	}
	if (!setting) {
		missing_error(reader, "hypervisor");
		return;
	}
	machine->hypervisor = item_find(&batch->hypervisors, setting->value, "hypervisor",
					&error);
	if (!machine->hypervisor)
		setting_error(reader, setting, &error);
}

static void machine_keys_read(const struct reader *reader, struct batch_machine *machine)
{
	const struct batch_setting *setting = setting_get(reader, "ssh_keys");
	CLEANUP(words_free_ptr) char **words = words_read(reader, "ssh_keys");
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
			setting_error(reader, setting, &error);
	}
}

/* A key of the machine overrules either key of the defaults. */
static void machine_userdata_read(const struct reader *reader,
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
		setting_error(reader, text, &error);
		return;
	}
	if (text && *text->value) {
		/* Continued lines come without the last line's end, scripts want it. */
		buf_format(&contents, "%s%s", text->value,
			   strchr(text->value, '\n') ? "\n" : "");
	} else if (file && *file->value) {
		path = file_path_from(file->path, file->value, reader->options->home);
		if (file_read(path, BATCH_USERDATA_MAX, &contents, &error) < 0) {
			setting_error(reader, file, &error);
			return;
		}
		if (memchr(buf_text(&contents), '\0', contents.size)) {
			error_set(&error, "%s: has NUL bytes, not text", path);
			setting_error(reader, file, &error);
			return;
		}
	} else {
		return;
	}
	machine->userdata_size = contents.size;
	machine->userdata = *array_add(&reader->batch->userdata) = buf_take(&contents);
}

static void machine_ip_read(const struct reader *reader, struct batch_machine *machine)
{
	const struct batch_setting *setting = setting_get(reader, "ip");
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
		setting_error(reader, setting, &error);
	}
}

static void machine_arch_read(const struct reader *reader, struct batch_machine *machine)
{
	const struct batch_setting *setting = setting_get(reader, "arch");
	CLEANUP(error_free) struct error error = {0};
	enum image_arch arch;

	if (!setting)
		return;
	if (image_arch_parse(setting->value, strlen(setting->value), &arch) == 0) {
		machine->arch = image_arch_libvirt(arch);
		return;
	}
	error_set(&error, "unknown architecture \"%s\"", setting->value);
	setting_error(reader, setting, &error);
}

static bool machine_exists(const struct batch *batch, const char *name)
{
	array_foreach(machine, &batch->machines) {
		if (!strcmp(machine->name, name))
			return true;
	}
	return false;
}

/* Everything that the names of one section share. */
static void machine_read(const struct reader *reader, struct batch_machine *machine)
{
	machine->section = reader->section;
	machine->defaults = reader->defaults;
	machine_hypervisor_read(reader, machine);
	machine_plan_read(reader, machine);
	text_read(reader, "image", &machine->image);
	if (!machine->image)
		missing_error(reader, "image");
	machine_arch_read(reader, machine);
	machine_keys_read(reader, machine);
	machine_userdata_read(reader, machine);
	machine_ip_read(reader, machine);
	flag_read(reader, "autostart", &machine->autostart);
}

static int machine_error_at_section(const struct reader *reader, const char *reason)
{
	return error_list_add(reader->errors, "%s:%u: %s", reader->section->path,
			      reader->section->line, reason);
}

static void machines_read(const struct reader *reader)
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

		if (machine_exists(batch, item->name)) {
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
	}
	free(shared.keys);
}

static void sections_read(struct reader *reader, enum batch_kind kind,
			  void (*read)(const struct reader *))
{
	array_foreach(section, &reader->batch->file.sections) {
		if (section->kind != kind)
			continue;
		reader->section = section;
		read(reader);
	}
}

static int addresses_check(const struct batch *batch, struct error_list *errors)
{
	array_foreach(machine, &batch->machines) {
		for (const struct batch_machine *other = batch->machines.items;
		     other < machine && machine->ip == BATCH_IP_ADDRESS; other++) {
			if (other->ip == BATCH_IP_ADDRESS &&
			    other->hypervisor == machine->hypervisor &&
			    other->address.s_addr == machine->address.s_addr)
				batch_machine_error(machine, "ip", errors,
						    "%s has this address already",
						    other->name);
		}
	}
	return 0;
}

static char *batch_name(const struct batch *batch, const char *path)
{
	const struct batch_section *head = batch_file_find(&batch->file, BATCH_HEAD, "");
	const struct batch_setting *setting = batch_section_get(head, "batch");
	const char *base = strrchr(path, '/');
	size_t length;

	if (setting && *setting->value)
		return mem_string(setting->value);
	base = base ? base + 1 : path;
	length = strlen(base);
	if (length > 4 && !strcmp(base + length - 4, ".ini"))
		length -= 4;
	return mem_substring(base, length);
}

int batch_load(const char *path, const struct batch_options *options, struct batch *batch,
	       struct error_list *errors)
{
	struct reader reader = {.batch = batch, .options = options, .errors = errors};
	size_t before = errors->count;

	batch_file_read(path, options->shared_path, options->home, &batch->file, errors);
	batch->name = batch_name(batch, path);
	sections_read(&reader, BATCH_HYPERVISOR, hypervisor_read);
	if (!batch->hypervisors.count)
		hypervisor_add(batch, "local", options);
	sections_read(&reader, BATCH_PLAN, plan_read);
	sections_read(&reader, BATCH_SSH_KEY, ssh_key_read);
	reader.defaults = batch_file_find(&batch->file, BATCH_DEFAULTS, "");
	sections_read(&reader, BATCH_MACHINE, machines_read);
	addresses_check(batch, errors);
	return errors->count > before ? -1 : 0;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	array_foreach(hypervisor, &batch->hypervisors) {
		free(hypervisor->network_script);
		free(hypervisor->vm_template);
		free(hypervisor->volume_template);
		words_free(hypervisor->ignored_vms);
	}
	array_foreach(key, &batch->keys)
		free(key->public);
	array_foreach(machine, &batch->machines) {
		free(machine->name);
		free(machine->keys);
	}
	array_foreach(userdata, &batch->userdata)
		free(*userdata);
	free(batch->hypervisors.items);
	free(batch->plans.items);
	free(batch->keys.items);
	free(batch->machines.items);
	free(batch->userdata.items);
	free(batch->name);
	batch_file_free(&batch->file);
	*batch = (struct batch){0};
}

int batch_machine_error(const struct batch_machine *machine, const char *key,
			struct error_list *errors, const char *format, ...)
{
	const struct batch_setting *setting = batch_section_get(machine->section, key);
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	if (!setting)
		setting = batch_section_get(machine->defaults, key);
	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	if (setting)
		return error_list_add(errors, "%s:%u: %s: %s", setting->path,
				      setting->line, key, reason);
	return error_list_add(errors, "%s:%u: %s", machine->section->path,
			      machine->section->line, reason);
}

int batch_hypervisor_error(const struct batch_hypervisor *hypervisor, const char *key,
			   struct error_list *errors, const char *format, ...)
{
	const struct batch_section *section = hypervisor->section;
	const struct batch_setting *setting = batch_section_get(section, key);
	CLEANUP(free_ptr) char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = mem_vformat(format, arguments);
	va_end(arguments);
	if (setting)
		return error_list_add(errors, "%s:%u: %s: %s", setting->path,
				      setting->line, key, reason);
	if (section)
		return error_list_add(errors, "%s:%u: hypervisor %s: %s", section->path,
				      section->line, hypervisor->name, reason);
	return error_list_add(errors, "hypervisor %s: %s", hypervisor->name, reason);
}
