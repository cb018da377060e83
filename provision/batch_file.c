/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a batch file, its includes and the shared settings, put together. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/ini_file.h"
#include "common/text.h"
#include "provision/batch_file.h"

static const char *const head_keys[] = {"include", "batch", NULL};
static const char *const hypervisor_keys[] = {"url",
					      "image_storage_pool",
					      "root_storage_pool",
					      "network",
					      "network_script",
					      "vm_template",
					      "volume_template",
					      "ignored_vms",
					      "clone",
					      "config_drive",
					      "domain_type",
					      NULL};
static const char *const plan_keys[] = {"memory", "cpus", "disk_size", NULL};
static const char *const ssh_key_keys[] = {"public", "public_file", NULL};
static const char *const machine_keys[] = {
	"hypervisor", "plan",	       "image", "arch",	     "ssh_keys",
	"userdata",   "userdata_file", "ip",	"autostart", NULL};

static const struct {
	const char *name;
	bool named;
	const char *const *keys;
} kinds[] = {
	[BATCH_HEAD] = {"", false, head_keys},
	[BATCH_HYPERVISOR] = {"hypervisor", true, hypervisor_keys},
	[BATCH_PLAN] = {"plan", true, plan_keys},
	[BATCH_SSH_KEY] = {"ssh_key", true, ssh_key_keys},
	[BATCH_DEFAULTS] = {"defaults", false, machine_keys},
	[BATCH_MACHINE] = {"machine", true, machine_keys},
};

/* Keys that say one thing in two ways. */
static const char *const twins[][2] = {{"public", "public_file"},
				       {"userdata", "userdata_file"}};

struct loader {
	struct batch_file *file;
	struct error_list *errors;
	const char *home;
	bool shared; /* the shared settings are being read */
	unsigned int includes;
};

/* One file while its entries are taken over. */
struct source {
	struct loader *loader;
	const struct source *from; /* the file that includes it, NULL for the first */
	unsigned int depth;
	const char *path;
	struct batch_section *section; /* NULL behind one that was refused */
	ARRAY(size_t) begun;	       /* places of the sections that this file began */
};

/* "path:line: subject: reason" */
static int source_error(const struct source *source, unsigned int line,
			const char *subject, const char *reason)
{
	return error_list_add(source->loader->errors, "%s:%u: %s: %s", source->path, line,
			      subject, reason);
}

static int given_already(const struct source *source, unsigned int line,
			 const char *subject, unsigned int first_line)
{
	CLEANUP(free_ptr)
	char *reason = mem_format("given in line %u already", first_line);

	return source_error(source, line, subject, reason);
}

static int unknown_word(const struct source *source, unsigned int line, const char *what,
			const char *word, const char *nearest)
{
	return error_list_add(source->loader->errors, "%s:%u: %s \"%s\"%s%s%s",
			      source->path, line, what, word, nearest ? "; is \"" : "",
			      nearest ? nearest : "", nearest ? "\" meant?" : "");
}

/* Splits "kind name" and `kind "name"`; the caller frees both. */
static void title_split(const char *title, char **kind, char **name)
{
	size_t length = strcspn(title, " \t");
	const char *rest = title + length;
	size_t rest_length;

	rest += strspn(rest, " \t");
	rest_length = strlen(rest);
	while (rest_length && strchr(" \t", rest[rest_length - 1]))
		rest_length--;
	if (rest_length >= 2 && rest[0] == '"' && rest[rest_length - 1] == '"') {
		rest++;
		rest_length -= 2;
	}
	*kind = mem_substring(title, length);
	*name = mem_substring(rest, rest_length);
}

static int kind_find(const struct source *source, unsigned int line, const char *word,
		     enum batch_kind *kind)
{
	const char *names[ARRAY_LENGTH(kinds)];

	for (size_t i = 1; i < ARRAY_LENGTH(kinds); i++) {
		names[i - 1] = kinds[i].name;
		if (!strcmp(kinds[i].name, word)) {
			*kind = (enum batch_kind)i;
			return 0;
		}
	}
	return unknown_word(source, line, "unknown section", word,
			    text_nearest(word, names, ARRAY_LENGTH(kinds) - 1));
}

static struct batch_section *section_find(const struct batch_file *file,
					  enum batch_kind kind, const char *name)
{
	array_foreach(section, &file->sections) {
		if (section->kind == kind && !strcmp(section->name, name))
			return section;
	}
	return NULL;
}

/* Whether this very file began the section before. */
static bool section_begun(const struct source *source,
			  const struct batch_section *section)
{
	array_foreach(place, &source->begun) {
		if (section == &source->loader->file->sections.items[*place])
			return true;
	}
	return false;
}

static struct batch_section *section_open(struct source *source, enum batch_kind kind,
					  const char *name, unsigned int line)
{
	struct batch_file *file = source->loader->file;
	struct batch_section *section = section_find(file, kind, name);

	if (section && section_begun(source, section)) {
		CLEANUP(free_ptr)
		char *subject = mem_format("%s%s%s", kinds[kind].name, *name ? " " : "",
					   name);

		given_already(source, line, subject, section->line);
		return NULL;
	}
	if (!section) {
		section = array_add(&file->sections);
		section->kind = kind;
		section->name = mem_string(name);
	}
	section->path = source->path;
	section->line = line;
	*array_add(&source->begun) = (size_t)(section - file->sections.items);
	return section;
}

/* Why there can't be such a section here, else NULL. */
static const char *section_refusal(const struct source *source, enum batch_kind kind,
				   const char *name)
{
	if (kinds[kind].named && !*name)
		return "needs a name";
	if (!kinds[kind].named && *name)
		return "takes no name";
	if (source->loader->shared && kind == BATCH_MACHINE)
		return "the shared settings can't have it";
	if (source->loader->file->sections.count >= BATCH_SECTIONS_MAX)
		return "too many sections";
	return NULL;
}

static struct batch_section *section_begin(struct source *source,
					   const struct ini_entry *entry)
{
	CLEANUP(free_ptr) char *word = NULL;
	CLEANUP(free_ptr) char *name = NULL;
	enum batch_kind kind = BATCH_HEAD;
	const char *refusal;

	title_split(entry->section, &word, &name);
	if (kind_find(source, entry->line, word, &kind) < 0)
		return NULL;
	refusal = section_refusal(source, kind, name);
	if (refusal) {
		source_error(source, entry->line, word, refusal);
		return NULL;
	}
	return section_open(source, kind, name, entry->line);
}

static const char *key_find(const struct source *source, const struct ini_entry *entry)
{
	const char *const *keys = kinds[source->section->kind].keys;
	size_t count;

	for (count = 0; keys[count]; count++)
		if (!strcmp(keys[count], entry->key))
			return keys[count];
	unknown_word(source, entry->line, "unknown key", entry->key,
		     text_nearest(entry->key, keys, count));
	return NULL;
}

static struct batch_setting *setting_find(const struct batch_section *section,
					  const char *key)
{
	array_foreach(setting, &section->settings) {
		if (!strcmp(setting->key, key))
			return setting;
	}
	return NULL;
}

/* Drops what an earlier file said by the key's twin, which is overruled with it. */
static void twin_drop(const struct source *source, const char *key)
{
	struct batch_section *section = source->section;

	for (size_t i = 0; i < 2 * ARRAY_LENGTH(twins); i++) {
		struct batch_setting *twin;

		if (strcmp(twins[i / 2][i % 2], key))
			continue;
		twin = setting_find(section, twins[i / 2][1 - i % 2]);
		if (twin && twin->path != source->path)
			*twin = section->settings.items[--section->settings.count];
	}
}

/* Earlier files are overruled, the same file is a mistake. */
static void setting_put(struct source *source, const char *key,
			const struct ini_entry *entry)
{
	struct batch_setting *setting;

	twin_drop(source, key);
	setting = setting_find(source->section, key);
	if (setting && setting->path == source->path) {
		given_already(source, entry->line, key, setting->line);
		return;
	}
	if (!setting)
		setting = array_add(&source->section->settings);
	*setting = (struct batch_setting){key, entry->value, source->path, entry->line};
}

static int include_check(const struct source *source, const char *value, const char *path,
			 struct error *error)
{
	if (!*value)
		return error_set(error, "no file is named");
	for (const struct source *reading = source; reading; reading = reading->from)
		if (!strcmp(reading->path, path))
			return error_set(error, "%s: is being read already", path);
	if (source->depth >= BATCH_INCLUDE_DEPTH_MAX)
		return error_set(error, "%s: more than %d includes inside each other",
				 path, BATCH_INCLUDE_DEPTH_MAX);
	if (source->loader->includes >= BATCH_INCLUDES_MAX)
		return error_set(error, "%s: more than %d includes", path,
				 BATCH_INCLUDES_MAX);
	return 0;
}

static int file_load(struct loader *loader, const char *path, const struct source *from,
		     struct error *error);

static void include_take(struct source *source, const struct ini_entry *entry)
{
	struct loader *loader = source->loader;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr)
	char *path = file_path_from(source->path, entry->value, loader->home);

	if (include_check(source, entry->value, path, &error) < 0 ||
	    file_load(loader, path, source, &error) < 0) {
		error_context(&error, "%s:%u: include", source->path, entry->line);
		error_list_take(loader->errors, &error);
	}
	/* The sections may be elsewhere in memory now. */
	source->section = section_find(loader->file, BATCH_HEAD, "");
}

static void entry_take(struct source *source, const struct ini_entry *entry)
{
	const char *key;

	if (!entry->key) {
		source->section = section_begin(source, entry);
		return;
	}
	if (!source->section)
		return;
	key = key_find(source, entry);
	if (!key)
		return;
	if (source->section->kind != BATCH_HEAD)
		setting_put(source, key, entry);
	else if (!strcmp(key, "include"))
		include_take(source, entry);
	else if (source->loader->shared)
		source_error(source, entry->line, key,
			     "the shared settings can't have it");
	else
		setting_put(source, key, entry);
}

/* Fails when the file can't be read, with errno set; its mistakes go to the list. */
static int file_load(struct loader *loader, const char *path, const struct source *from,
		     struct error *error)
{
	struct batch_file *file = loader->file;
	struct source source = {.loader = loader, .from = from};
	CLEANUP(buf_free) struct buf text = {0};
	struct ini_file *ini;

	if ((from ? file_read(path, INI_FILE_MAX, &text, error)
		  : file_read_or_stdin(path, INI_FILE_MAX, &text, error)) < 0)
		return -1;
	loader->includes += from != NULL;
	source.depth = from ? from->depth + 1 : 0;
	source.path = *array_add(&file->paths) = mem_string(path);
	source.section = section_find(file, BATCH_HEAD, "");
	ini = *array_add(&file->sources) = mem_zero(1, sizeof(*ini));
	/* What could be read beside the mistakes is worth checking. */
	ini_file_parse(path, buf_text(&text), text.size, ini, loader->errors);
	array_foreach(entry, &ini->entries)
		entry_take(&source, entry);
	free(source.begun.items);
	return 0;
}

int batch_file_read(const char *path, const char *shared_path, const char *home,
		    struct batch_file *file, struct error_list *errors)
{
	struct loader loader = {.file = file, .errors = errors, .home = home};
	CLEANUP(error_free) struct error error = {0};
	size_t before = errors->count;
	struct batch_section *head = array_add(&file->sections);

	head->kind = BATCH_HEAD;
	head->name = mem_string("");
	head->path = path;
	if (shared_path) {
		loader.shared = true;
		if (file_load(&loader, shared_path, NULL, &error) < 0 && errno != ENOENT)
			error_list_take(errors, &error);
		loader.shared = false;
	}
	if (file_load(&loader, path, NULL, &error) < 0)
		error_list_take(errors, &error);
	return errors->count > before ? -1 : 0;
}

void batch_file_free(struct batch_file *file)
{
	if (!file)
		return;
	array_foreach(section, &file->sections) {
		free(section->name);
		free(section->settings.items);
	}
	array_foreach(source, &file->sources) {
		ini_file_free(*source);
		free(*source);
	}
	array_foreach(path, &file->paths)
		free(*path);
	free(file->sections.items);
	free(file->sources.items);
	free(file->paths.items);
	*file = (struct batch_file){0};
}

const struct batch_section *batch_file_find(const struct batch_file *file,
					    enum batch_kind kind, const char *name)
{
	return section_find(file, kind, name);
}

const struct batch_setting *batch_section_get(const struct batch_section *section,
					      const char *key)
{
	return section ? setting_find(section, key) : NULL;
}
