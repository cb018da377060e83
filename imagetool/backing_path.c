/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path of a backing file, from what an overlay contains about it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/json.h"
#include "common/mem.h"
#include "imagetool/backing_path.h"

#define JSON_PROTOCOL "json:"

enum {
	BACKING_JSON_MAX = 64 * 1024, /* QEMU's own limit for a backing file is 1023 */
	BACKING_DEPTH_MAX = 16,
};

static void part_add(struct buf *path, const char *part, size_t length)
{
	if (!length || (length == 1 && part[0] == '.'))
		return;
	if (length == 2 && !strncmp(part, "..", 2)) {
		while (path->size && path->data[path->size] != '/')
			path->size--;
		if (path->data)
			path->data[path->size] = '\0';
		return;
	}
	buf_add_char(path, '/');
	buf_add(path, part, length);
}

char *backing_path_normalize(const char *path)
{
	struct buf result = {0};

	if (path[0] != '/')
		return mem_string(path);
	while (*path) {
		size_t length = strcspn(path, "/");

		part_add(&result, path, length);
		path += length + (path[length] == '/');
	}
	if (!result.size)
		buf_add_char(&result, '/');
	return buf_take(&result);
}

static bool is_protocol(const char *text)
{
	size_t length = strcspn(text, ":/");

	return text[length] == ':';
}

/* A file's name, with or without a protocol for files. */
static char *name_resolve(const char *text, const char *overlay)
{
	static const char *const files[] = {"file:", "host_device:"};
	const char *slash = strrchr(overlay, '/');
	bool is_file = false;

	for (size_t i = 0; !is_file && i < ARRAY_LENGTH(files); i++) {
		is_file = !strncmp(text, files[i], strlen(files[i]));
		if (is_file)
			text += strlen(files[i]);
	}
	/* "file:///pool/base" */
	while (is_file && text[0] == '/' && text[1] == '/')
		text++;
	if (!slash || !text[0] || text[0] == '/' || (!is_file && is_protocol(text)))
		return mem_string(text);
	return mem_format("%.*s/%s", (int)(slash - overlay), overlay, text);
}

static bool is_filename(const char *key)
{
	const char *dot = strrchr(key, '.');

	return !strcmp(dot ? dot + 1 : key, "filename");
}

/* Counts the file names in an object, and in those in it; `name` becomes one. */
static size_t filenames_count(json_object *object, unsigned int depth, const char **name)
{
	size_t count = 0;

	if (depth > BACKING_DEPTH_MAX || !json_object_is_type(object, json_type_object))
		return 0;
	json_object_object_foreach(object, key, value) {
		if (is_filename(key) && json_object_is_type(value, json_type_string)) {
			*name = json_object_get_string(value);
			count++;
		}
		count += filenames_count(value, depth + 1, name);
	}
	return count;
}

/* NULL: not understood, also a name that is relative to a folder of QEMU's. */
static char *json_resolve(const char *text)
{
	CLEANUP(json_put) json_object *json = NULL;
	CLEANUP(free_ptr) char *path = NULL;
	const char *name = NULL;
	size_t size = strlen(text);

	if (size > BACKING_JSON_MAX ||
	    json_parse(text, size, BACKING_DEPTH_MAX, &json, NULL) < 0 ||
	    filenames_count(json, 0, &name) != 1)
		return NULL;
	path = name_resolve(name, "");
	return path[0] == '/' ? TAKE(path) : NULL;
}

char *backing_path_resolve(const char *text, const char *overlay)
{
	size_t length = strlen(JSON_PROTOCOL);
	char *path;

	if (strncmp(text, JSON_PROTOCOL, length) != 0)
		return name_resolve(text, overlay);
	path = json_resolve(text + length);
	return path ? path : mem_string(text);
}

bool backing_path_may_be(const char *resolved, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (strncmp(resolved, JSON_PROTOCOL, strlen(JSON_PROTOCOL)) != 0)
		return !strcmp(resolved, path);
	return name[0] && strstr(resolved, name);
}
