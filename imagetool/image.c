/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Image records: what is known about an image in a pool or a folder. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "imagetool/image.h"

void image_free(struct image *image)
{
	if (!image)
		return;
	free(image->id);
	free(image->pool_name);
	free(image->path);
	*image = (struct image){0};
}

void image_list_free(struct image_list *images)
{
	if (!images)
		return;
	array_foreach(image, images)
		image_free(image);
	free(images->items);
	*images = (struct image_list){0};
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct image *)a)->id, ((const struct image *)b)->id);
}

void image_list_sort(struct image_list *images)
{
	if (images->count)
		qsort(images->items, images->count, sizeof(*images->items), by_id);
}

static void get_id(const void *record, struct output_value *value)
{
	output_text(value, ((const struct image *)record)->id);
}

static void get_os(const void *record, struct output_value *value)
{
	output_text(value, ((const struct image *)record)->name.os);
}

static void get_os_name(const void *record, struct output_value *value)
{
	output_text(value, ((const struct image *)record)->name.os_name);
}

static void get_os_version(const void *record, struct output_value *value)
{
	output_text(value, ((const struct image *)record)->name.os_version);
}

static void get_arch(const void *record, struct output_value *value)
{
	output_text(value, image_arch_libvirt(((const struct image *)record)->name.arch));
}

static void get_type(const void *record, struct output_value *value)
{
	output_text(value,
		    image_format_word(((const struct image *)record)->name.format));
}

static void get_size(const void *record, struct output_value *value)
{
	const struct image *image = record;

	if (image->in_storage)
		output_number(value, image->size_bytes);
}

static void get_size_megabytes(const void *record, struct output_value *value)
{
	const struct image *image = record;

	if (image->in_storage)
		output_number(value, image->size_bytes / (1024 * 1024));
}

static void get_virtual_size(const void *record, struct output_value *value)
{
	const struct image *image = record;

	if (image->in_storage)
		output_number(value, image->virtual_size_bytes);
}

static void get_date(const void *record, struct output_value *value)
{
	const struct image *image = record;
	time_t date = (time_t)image->date_s;
	char text[32];
	struct tm utc;

	if (image->in_storage && gmtime_r(&date, &utc) &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc))
		output_text_format(value, "%s", text);
}

static void get_pool_name(const void *record, struct output_value *value)
{
	output_text(value, ((const struct image *)record)->pool_name);
}

static void get_path(const void *record, struct output_value *value)
{
	output_text(value, ((const struct image *)record)->path);
}

const struct output_column image_columns[IMAGE_COLUMN_COUNT] = {
	{"Id", "ID", 0, get_id},
	{"OS", "OS", 0, get_os},
	{"OSName", "", OUTPUT_JSON_ONLY, get_os_name},
	{"OSVersion", "", OUTPUT_JSON_ONLY, get_os_version},
	{"Arch", "ARCH", 0, get_arch},
	{"Type", "TYPE", 0, get_type},
	{"TypeString", "", OUTPUT_JSON_ONLY, get_type},
	{"Size", "SIZE", OUTPUT_RIGHT, get_size},
	{"SizeMegabytes", "", OUTPUT_JSON_ONLY, get_size_megabytes},
	{"VirtualSize", "VIRTUAL SIZE", OUTPUT_RIGHT, get_virtual_size},
	{"Date", "DATE", 0, get_date},
	{"PoolName", "POOL", 0, get_pool_name},
	{"Path", "PATH", 0, get_path},
};
