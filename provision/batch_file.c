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

enum { KEYS_MAX = 16 };

static const struct {
	const char *name;
	bool named;
	const char *keys[KEYS_MAX];
} kinds[] = {
	[BATCH_HEAD] = {"", false, {"include", "batch"}},
	[BATCH_HYPERVISOR] = {"hypervisor",
			      true,
			      {"url", "image_storage_pool", "root_storage_pool",
			       "network", "network_script", "vm_template",
			       "volume_template", "ignored_vms", "clone", "config_drive",
			       "domain_type"}},
	[BATCH_PLAN] = {"plan", true, {"memory", "cpus", "disk_size"}},
	[BATCH_SSH_KEY] = {"ssh_key", true, {"public", "public_file"}},
	[BATCH_DEFAULTS] = {"defaults",
			    false,
			    {"hypervisor", "plan", "image", "arch", "ssh_keys",
			     "userdata", "userdata_file", "ip", "autostart"}},
	[BATCH_MACHINE] = {"machine",
			   true,
			   {"hypervisor", "plan", "image", "arch", "ssh_keys", "userdata",
			    "userdata_file", "ip", "autostart"}},
};

struct loader {
	struct batch_file *file;
	struct error_list *errors;
	const char *home;
	bool shared;
	unsigned int depth;
};

/* One file while its entries are taken over. */
struct source {
	struct loader *loader;
	const char *path;
	struct batch_section *section; /* NULL behind one that was refused */
	ARRAY(size_t) begun;	       /* places of the sections that this file began */
};

static size_t words_count(const char *const words[], size_t max)
{
	size_t count = 0;

	while (count < max && words[count])
		count++;
	return count;
}

static int source_error(const struct source *source, unsigned int line, const char *what,
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
	return source_error(source, line, "unknown section", word,
			    text_nearest(word, names, ARRAY_LENGTH(kinds) - 1));
}

static struct batch_section *section_find(struct batch_file *file, enum batch_kind kind,
					  const char *name)
{
	array_foreach(section, &file->sections) {
		if (section->kind == kind && !strcmp(section->name, name))
			return section;
	}
	return NULL;
}

/* The section that was begun before by this very file, else NULL. */
static const struct batch_section *section_begun(const struct source *source,
						 const struct batch_section *section)
{
	const struct batch_section *sections = source->loader->file->sections.items;

	array_foreach(place, &source->begun) {
		if (section == &sections[*place])
			return section;
	}
	return NULL;
}

static struct batch_section *section_open(struct source *source, enum batch_kind kind,
					  const char *name, unsigned int line)
{
	struct batch_file *file = source->loader->file;
	struct batch_section *section = section_find(file, kind, name);

	if (section && section_begun(source, section)) {
		error_list_add(source->loader->errors,
			       "%s:%u: %s %s stands in line %u already", source->path,
			       line, kinds[kind].name, name, section->line);
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

static struct batch_section *section_begin(struct source *source,
					   const struct ini_entry *entry)
{
	CLEANUP(free_ptr) char *word = NULL;
	CLEANUP(free_ptr) char *name = NULL;
	struct error_list *errors = source->loader->errors;
	enum batch_kind kind = BATCH_HEAD;

	title_split(entry->section, &word, &name);
	if (kind_find(source, entry->line, word, &kind) < 0)
		return NULL;
	if (kinds[kind].named && !*name) {
		error_list_add(errors, "%s:%u: %s needs a name", source->path,
			       entry->line, word);
		return NULL;
	}
	if (!kinds[kind].named && *name) {
		error_list_add(errors, "%s:%u: %s takes no name", source->path,
			       entry->line, word);
		return NULL;
	}
	if (source->loader->shared && kind == BATCH_MACHINE) {
		error_list_add(errors, "%s:%u: the shared settings can't have machines",
			       source->path, entry->line);
		return NULL;
	}
	return section_open(source, kind, name, entry->line);
}

static const char *key_find(const struct source *source, const struct ini_entry *entry)
{
	const char *const *keys = kinds[source->section->kind].keys;
	size_t count = words_count(keys, KEYS_MAX);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(keys[i], entry->key))
			return keys[i];
	source_error(source, entry->line, "unknown key", entry->key,
		     text_nearest(entry->key, keys, count));
	return NULL;
}

/* Earlier files are overruled, the same file is a mistake. */
static void setting_put(struct source *source, const char *key,
			const struct ini_entry *entry)
{
	struct batch_setting *setting = NULL;

	array_foreach(other, &source->section->settings) {
		if (!strcmp(other->key, key))
			setting = other;
	}
	if (setting && setting->path == source->path) {
		error_list_add(source->loader->errors,
			       "%s:%u: %s: given in line %u already", source->path,
			       entry->line, key, setting->line);
		return;
	}
	if (!setting)
		setting = array_add(&source->section->settings);
	*setting = (struct batch_setting){key, entry->value, source->path, entry->line};
}

static int file_load(struct loader *loader, const char *path, bool optional,
		     const struct source *from, unsigned int line);

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
	if (source->section->kind == BATCH_HEAD && !strcmp(key, "include")) {
		CLEANUP(free_ptr)
		char *path = file_path_from(source->path, entry->value,
					    source->loader->home);
		size_t place = (size_t)(source->section -
					source->loader->file->sections.items);

		file_load(source->loader, path, false, source, entry->line);
		source->section = &source->loader->file->sections.items[place];
		return;
	}
	setting_put(source, key, entry);
}

static int file_parse(struct loader *loader, const char *path, struct ini_file *ini,
		      struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read_or_stdin(path, INI_FILE_MAX, &text, error) < 0)
		return -1;
	/* Mistakes are in the list already; what could be read is worth checking. */
	ini_file_parse(path, buf_text(&text), text.size, ini, loader->errors);
	return 0;
}

static int file_load(struct loader *loader, const char *path, bool optional,
		     const struct source *from, unsigned int line)
{
	struct batch_file *file = loader->file;
	struct source source = {.loader = loader};
	CLEANUP(error_free) struct error error = {0};
	struct ini_file *ini;

	if (loader->depth >= BATCH_INCLUDE_DEPTH_MAX ||
	    file->sources.count >= BATCH_FILES_MAX)
		return error_list_add(loader->errors,
				      "%s:%u: include: %s: too many includes", from->path,
				      line, path);
	ini = mem_zero(1, sizeof(*ini));
	*array_add(&file->sources) = ini;
	*array_add(&file->paths) = mem_string(path);
	source.path = file->paths.items[file->paths.count - 1];
	if (file_parse(loader, path, ini, &error) < 0) {
		if (optional && errno == ENOENT)
			return 0;
		if (from)
			error_context(&error, "%s:%u: include", from->path, line);
		return error_list_take(loader->errors, &error);
	}
	source.section = section_find(file, BATCH_HEAD, "");
	loader->depth++;
	array_foreach(entry, &ini->entries)
		entry_take(&source, entry);
	loader->depth--;
	free(source.begun.items);
	return 0;
}

int batch_file_read(const char *path, const char *shared_path, const char *home,
		    struct batch_file *file, struct error_list *errors)
{
	struct loader loader = {.file = file, .errors = errors, .home = home};
	size_t before = errors->count;
	struct batch_section *head = array_add(&file->sections);

	head->kind = BATCH_HEAD;
	head->name = mem_string("");
	head->path = path;
	if (shared_path) {
		loader.shared = true;
		file_load(&loader, shared_path, true, NULL, 0);
		loader.shared = false;
	}
	file_load(&loader, path, false, NULL, 0);
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
	array_foreach(section, &file->sections) {
		if (section->kind == kind && !strcmp(section->name, name))
			return section;
	}
	return NULL;
}

const struct batch_setting *batch_section_get(const struct batch_section *section,
					      const char *key)
{
	if (!section)
		return NULL;
	array_foreach(setting, &section->settings) {
		if (!strcmp(setting->key, key))
			return setting;
	}
	return NULL;
}
