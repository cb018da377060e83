/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds an ISO 9660 image in memory, with libisofs. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The header's own copy of struct burn_source: libburn is not needed for it. */
#define LIBISOFS_WITHOUT_LIBBURN
#include <libisofs/libisofs.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/configdrive/iso.h"

enum { LABEL_MAX = 16, FIFO_BLOCKS = 64, FILE_MODE = 0444, FOLDER_MODE = 0555 };

/* 1980-01-01 00:00:00 UTC. libisofs takes 0 for the present time. */
static const time_t image_time = 315532800;

/*
 * libisofs numbers its memory streams by a counter without a lock, and takes two streams
 * of the same number as the same file: two threads could swap contents. Its current time
 * and character set are also global. So one image is built at a time, which takes about a
 * millisecond.
 */
static pthread_mutex_t library_lock = PTHREAD_MUTEX_INITIALIZER;

DEFINE_CLEANUP(IsoImage *, iso_image_unref)
DEFINE_CLEANUP(IsoWriteOpts *, iso_write_opts_free)
DEFINE_CLEANUP(IsoStream *, iso_stream_unref)

/* Also ends the writer's thread when not everything was read. */
static void source_free(struct burn_source *source)
{
	source->free_data(source);
	free(source);
}

DEFINE_CLEANUP(struct burn_source *, source_free)

static int library_error(struct error *error, int code)
{
	return error_set(error, "libisofs: %s", iso_error_to_msg(code));
}

/* Finds the folder `name` (not NUL-ended) in `parent`, or creates it. */
static int folder_find(IsoDir *parent, const char *name, size_t length, IsoDir **folder,
		       struct error *error)
{
	CLEANUP(free_ptr) char *text = mem_substring(name, length);
	IsoNode *node = NULL;
	int code = iso_dir_get_node(parent, text, &node);

	if (code == 0) {
		code = iso_tree_add_new_dir(parent, text, folder);
		return code < 0 ? library_error(error, code) : 0;
	}
	if (code < 0)
		return library_error(error, code);
	if (iso_node_get_type(node) != LIBISO_DIR)
		return error_set(error, "%s: a file and a folder", text);
	*folder = (IsoDir *)node;
	return 0;
}

/* Contents of larger weight are first in the image. */
static int file_add(IsoImage *image, const struct iso_file *file, int weight,
		    struct error *error)
{
	CLEANUP(iso_stream_unref_ptr) IsoStream *stream = NULL;
	/* The stream takes ownership of the copy; it needs one also for an empty file. */
	CLEANUP(free_ptr) unsigned char *data = mem_zero(1, file->size + 1);
	IsoDir *folder = iso_image_get_root(image);
	const char *name = file->path, *slash;
	IsoFile *node;
	int code;

	for (; (slash = strchr(name, '/')); name = slash + 1)
		if (folder_find(folder, name, (size_t)(slash - name), &folder, error) < 0)
			return -1;
	if (file->size)
		memcpy(data, file->data, file->size);
	code = iso_memory_stream_new(data, file->size, &stream);
	if (code < 0)
		return library_error(error, code);
	(void)TAKE(data);
	code = iso_tree_add_new_file(folder, name, stream, &node);
	if (code < 0) {
		library_error(error, code);
		return error_context(error, "%s", file->path);
	}
	(void)TAKE(stream);
	iso_node_set_sort_weight((IsoNode *)node, weight);
	return 0;
}

static int options_new(IsoWriteOpts **options, struct error *error)
{
	/* blkid shows it as the UUID of the file system. Without it the times get a time
	 * zone. */
	char uuid[] = "1980010100000000";
	int code = iso_write_opts_new(options, 0);

	if (code < 0)
		return library_error(error, code);
	iso_write_opts_set_iso_level(*options, 3);
	iso_write_opts_set_rockridge(*options, 1);
	/* Version 1.10, as mkisofs writes it: 1.12 has file serial numbers, which
	 * libisofs assigns in the order of memory addresses. */
	iso_write_opts_set_rrip_version_1_10(*options, 1);
	iso_write_opts_set_joliet(*options, 1);
	iso_write_opts_set_relaxed_vol_atts(*options, 1);
	iso_write_opts_set_no_force_dots(*options, 2); /* 2: in Joliet: "user_data" */
	iso_write_opts_set_output_charset(*options, "UTF-8");
	iso_write_opts_set_sort_files(*options, 1);
	iso_write_opts_set_always_gmt(*options, 1);
	iso_write_opts_set_replace_timestamps(*options, 2);
	iso_write_opts_set_default_timestamp(*options, image_time);
	iso_write_opts_set_pvd_times(*options, image_time, image_time, 0, 0, uuid);
	iso_write_opts_set_replace_mode(*options, 2, 2, 2, 2);
	iso_write_opts_set_default_dir_mode(*options, FOLDER_MODE);
	iso_write_opts_set_default_file_mode(*options, FILE_MODE);
	iso_write_opts_set_default_uid(*options, 0);
	iso_write_opts_set_default_gid(*options, 0);
	iso_write_opts_set_fifo_size(*options, FIFO_BLOCKS);
	return 0;
}

/* Appends everything that the source produces. */
static int source_read(struct burn_source *source, struct buf *image, struct error *error)
{
	off_t size = source->get_size(source);
	char *room = size > 0 ? buf_room(image, (size_t)size) : NULL;
	int got = 0;

	if (!room)
		return error_set(error, "an image of %lld bytes is too large",
				 (long long)size);
	for (off_t done = 0; done < size; done += got) {
		int want = size - done > 65536 ? 65536 : (int)(size - done);

		got = source->read_xt(source, (unsigned char *)room + done, want);
		if (got <= 0)
			return error_set(error, "libisofs: the image ends early");
	}
	buf_filled(image, (size_t)size);
	return 0;
}

static int image_write(IsoImage *image, struct buf *bytes, struct error *error)
{
	CLEANUP(iso_write_opts_free_ptr) IsoWriteOpts *options = NULL;
	CLEANUP(source_free_ptr) struct burn_source *source = NULL;
	int code;

	if (options_new(&options, error) < 0)
		return -1;
	code = iso_image_create_burn_source(image, options, &source);
	if (code < 0)
		return library_error(error, code);
	return source_read(source, bytes, error);
}

static int image_build(const char *label, const struct iso_file *files, size_t count,
		       struct buf *bytes, struct error *error)
{
	CLEANUP(iso_image_unref_ptr) IsoImage *image = NULL;
	time_t now = image_time;
	int code = iso_init_with_flag(1); /* 1: does not change the program's locale */

	if (code < 0)
		return library_error(error, code);
	iso_set_msgs_severities("NEVER", "NEVER", "");
	iso_set_local_charset("UTF-8", 0);
	iso_nowtime(&now, 1);
	code = iso_image_new(label, &image);
	if (code < 0)
		return library_error(error, code);
	for (size_t i = 0; i < count; i++)
		if (file_add(image, &files[i], (int)(count - i), error) < 0)
			return -1;
	return image_write(image, bytes, error);
}

int iso_build(const char *label, const struct iso_file *files, size_t count,
	      struct buf *image, struct error *error)
{
	int status;

	if (strlen(label) > LABEL_MAX)
		return error_set(error, "label \"%s\" has more than %d characters", label,
				 LABEL_MAX);
	pthread_mutex_lock(&library_lock);
	status = image_build(label, files, count, image, error);
	pthread_mutex_unlock(&library_lock);
	return status;
}
