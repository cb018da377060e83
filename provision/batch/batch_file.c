/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merges the sections of a batch file, its includes and the shared settings. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/file_trust.h"
#include "common/ini_file.h"
#include "provision/batch/batch_file.h"

struct loader {
	struct batch_file *file;
	struct error_list *errors;
	const char *home;
	bool shared; /* the shared settings are being read */
	unsigned int includes;
};

/* A file whose entries are being read. */
struct source {
	struct loader *loader;
	const struct source *from; /* the file that includes it, NULL for the first */
	unsigned int depth;
	const char *path;
	const char *distrust;	       /* file_distrust() */
	struct batch_section *section; /* NULL after a title that was refused */
	ARRAY(size_t) begun;	       /* indexes of the sections that this file has */
};

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

static struct batch_section *section_find(const struct batch_file *file,
					  enum batch_kind kind, const char *name)
{
	array_foreach(section, &file->sections) {
		if (section->kind == kind && !strcmp(section->name, name))
			return section;
	}
	return NULL;
}

/* Whether this file already has the section. */
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
					  const char *name, unsigned int line,
					  struct error *error)
{
	struct batch_file *file = source->loader->file;
	struct batch_section *section = section_find(file, kind, name);

	if (section && section_begun(source, section)) {
		CLEANUP(free_ptr) char *title = batch_section_title(section);

		error_set(error, "%s: already given in line %u", title, section->line);
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

/* Whether the section is allowed here. */
static int section_check(const struct source *source, enum batch_kind kind,
			 const char *name, struct error *error)
{
	const char *word = batch_kind_name(kind);

	if (batch_kind_is_named(kind) && !*name)
		return error_set(error, "%s: needs a name", word);
	if (!batch_kind_is_named(kind) && *name)
		return error_set(error, "%s: takes no name", word);
	if (source->loader->shared && kind == BATCH_MACHINE)
		return error_set(error, "%s: not allowed in the shared settings", word);
	if (source->loader->file->sections.count >= BATCH_SECTIONS_MAX)
		return error_set(error, "%s: too many sections", word);
	return 0;
}

static struct batch_section *section_begin(struct source *source,
					   const struct ini_entry *entry,
					   struct error *error)
{
	CLEANUP(free_ptr) char *word = NULL;
	CLEANUP(free_ptr) char *name = NULL;
	enum batch_kind kind;

	title_split(entry->section, &word, &name);
	if (batch_kind_parse(word, &kind, error) < 0 ||
	    section_check(source, kind, name, error) < 0)
		return NULL;
	return section_open(source, kind, name, entry->line, error);
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

/* Removes the twin of a key that an earlier file set: this key replaces both. */
static void twin_drop(const struct source *source, const char *key)
{
	struct batch_section *section = source->section;
	const char *twin_key = batch_key_twin(key);
	struct batch_setting *twin = twin_key ? setting_find(section, twin_key) : NULL;

	if (twin && twin->path != source->path)
		*twin = section->settings.items[--section->settings.count];
}

/* Whether the setting comes from a file that includes this one. */
static bool setting_is_includers(const struct source *source,
				 const struct batch_setting *setting)
{
	for (const struct source *from = source->from; from; from = from->from)
		if (setting->path == from->path)
			return true;
	return false;
}

/* Replaces settings of earlier files, but not of those that include this one. A key that
 * this file already has is an error. */
static int setting_put(struct source *source, const char *key,
		       const struct ini_entry *entry, struct error *error)
{
	struct batch_setting *setting;

	twin_drop(source, key);
	setting = setting_find(source->section, key);
	if (setting && setting->path == source->path)
		return error_set(error, "%s: already given in line %u", key,
				 setting->line);
	if (setting && setting_is_includers(source, setting))
		return 0;
	if (!setting)
		setting = array_add(&source->section->settings);
	*setting = (struct batch_setting){key, entry->value, source->path, entry->line,
					  source->distrust};
	return 0;
}

static int include_check(const struct source *source, const char *value, const char *path,
			 struct error *error)
{
	if (!*value)
		return error_set(error, "a path is missing");
	for (const struct source *reading = source; reading; reading = reading->from)
		if (!strcmp(reading->path, path))
			return error_set(error, "%s: is already being read", path);
	if (source->depth >= BATCH_INCLUDE_DEPTH_MAX)
		return error_set(error, "%s: more than %d nested includes", path,
				 BATCH_INCLUDE_DEPTH_MAX);
	if (source->loader->includes >= BATCH_INCLUDES_MAX)
		return error_set(error, "%s: more than %d includes", path,
				 BATCH_INCLUDES_MAX);
	return 0;
}

static int file_load(struct loader *loader, const char *path, const struct source *from,
		     struct error *error);

static int include_take(struct source *source, const char *value, struct error *error)
{
	struct loader *loader = source->loader;
	CLEANUP(free_ptr) char *path = file_path_from(source->path, value, loader->home);
	int status = include_check(source, value, path, error);

	if (status == 0)
		status = file_load(loader, path, source, error);
	/* The array of sections may have moved. */
	source->section = section_find(loader->file, BATCH_HEAD, "");
	return status < 0 ? error_context(error, "include") : 0;
}

static int setting_take(struct source *source, const struct ini_entry *entry,
			struct error *error)
{
	bool head = source->section->kind == BATCH_HEAD;
	const char *key = batch_key_parse(source->section->kind, entry->key, error);

	if (!key)
		return -1;
	if (head && !strcmp(key, "include"))
		return include_take(source, entry->value, error);
	if (head && source->loader->shared)
		return error_set(error, "%s: not allowed in the shared settings", key);
	return setting_put(source, key, entry, error);
}

static void entry_take(struct source *source, const struct ini_entry *entry)
{
	CLEANUP(error_free) struct error error = {0};
	bool taken = true;

	if (!entry->key) {
		source->section = section_begin(source, entry, &error);
		taken = source->section != NULL;
	} else if (source->section) {
		taken = setting_take(source, entry, &error) == 0;
	}
	if (!taken) {
		error_context(&error, "%s:%u", source->path, entry->line);
		error_list_take(source->loader->errors, &error);
	}
}

/* Reads the file, or standard input for "-" on the command line, and finds out who could
 * have written it. */
static int source_read(struct source *source, const char *path, struct buf *text,
		       struct error *error)
{
	bool is_input = !source->from && !strcmp(path, "-");
	CLEANUP(close_fd)
	int fd = is_input		  ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
		 : source->loader->shared ? file_open(path, error)
					  : file_open_named(path, error);

	if (fd < 0)
		return is_input ? error_errno(error, "standard input") : -1;
	/* The shared settings, and what they include, belong to the administrator. */
	source->distrust = source->loader->shared ? NULL : file_distrust(fd);
	if (file_read_fd(fd, INI_FILE_MAX, text, error) < 0)
		return error_context(error, "%s", is_input ? "standard input" : path);
	return 0;
}

/* Fails when the file can't be read, with errno set. Errors in it are added to the
 * list. */
static int file_load(struct loader *loader, const char *path, const struct source *from,
		     struct error *error)
{
	struct batch_file *file = loader->file;
	struct source source = {.loader = loader, .from = from};
	CLEANUP(buf_free) struct buf text = {0};
	struct ini_file *ini;

	if (source_read(&source, path, &text, error) < 0)
		return -1;
	loader->includes += from != NULL;
	source.depth = from ? from->depth + 1 : 0;
	source.path = *array_add(&file->paths) = mem_string(path);
	source.section = section_find(file, BATCH_HEAD, "");
	ini = *array_add(&file->sources) = mem_zero(1, sizeof(*ini));
	/* What could be read is checked in spite of errors. */
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
	if (path && file_load(&loader, path, NULL, &error) < 0)
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

char *batch_section_title(const struct batch_section *section)
{
	return mem_format("%s%s%s", batch_kind_name(section->kind),
			  *section->name ? " " : "", section->name);
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
