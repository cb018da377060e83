/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacks a stream of bytes: gzip, bzip2, xz, zstd, lz4, by libarchive. */
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "common/mem.h"
#include "imagetool/unpack.h"

struct unpack {
	enum image_content packing;
	unpack_input *input;
	void *context;
	struct archive *archive;
	int input_errno; /* why the input failed; 0: it did not */
};

static la_ssize_t archive_input(struct archive *archive, void *context, const void **data)
{
	struct unpack *unpack = context;
	ssize_t got = unpack->input(unpack->context, data);

	if (got >= 0)
		return got;
	unpack->input_errno = errno;
	archive_set_error(archive, errno, "can't read");
	return ARCHIVE_FATAL;
}

static int archive_error_set(struct unpack *unpack, struct error *error)
{
	const char *reason = archive_error_string(unpack->archive);

	if (unpack->input_errno) {
		errno = unpack->input_errno;
		return error_errno(error, "can't read");
	}
	return error_set(error, "can't unpack %s: %s",
			 image_content_word(unpack->packing),
			 reason ? reason : "damaged");
}

/* Only filters for which libarchive does not run another program. */
static int filter_choose(struct archive *archive, enum image_content packing)
{
	switch (packing) {
	case CONTENT_GZIP:
		return archive_read_support_filter_gzip(archive);
	case CONTENT_BZIP2:
		return archive_read_support_filter_bzip2(archive);
	case CONTENT_XZ:
		return archive_read_support_filter_xz(archive);
	case CONTENT_ZSTD:
		return archive_read_support_filter_zstd(archive);
	case CONTENT_LZ4:
		return archive_read_support_filter_lz4(archive);
	default:
		return ARCHIVE_FATAL;
	}
}

struct unpack *unpack_begin(enum image_content packing, unpack_input *input,
			    void *context, struct error *error)
{
	struct unpack *unpack = mem_zero(1, sizeof(*unpack));
	struct archive_entry *entry;

	*unpack = (struct unpack){
		.packing = packing,
		.input = input,
		.context = context,
		.archive = archive_read_new(),
	};
	if (!unpack->archive)
		mem_exhausted();
	if (filter_choose(unpack->archive, packing) != ARCHIVE_OK)
		error_set(error, "this libarchive can't unpack %s",
			  image_content_word(packing));
	else if (archive_read_support_format_raw(unpack->archive) == ARCHIVE_OK &&
		 archive_read_open(unpack->archive, unpack, NULL, archive_input, NULL) ==
			 ARCHIVE_OK &&
		 archive_read_next_header(unpack->archive, &entry) == ARCHIVE_OK)
		return unpack;
	else
		archive_error_set(unpack, error);
	unpack_free(unpack);
	return NULL;
}

ssize_t unpack_read(struct unpack *unpack, void *data, size_t capacity,
		    struct error *error)
{
	char *rest = data;
	size_t done = 0;

	while (done < capacity) {
		la_ssize_t got = archive_read_data(unpack->archive, rest + done,
						   capacity - done);

		if (got < 0)
			return archive_error_set(unpack, error);
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

void unpack_free(struct unpack *unpack)
{
	if (!unpack)
		return;
	archive_read_free(unpack->archive);
	free(unpack);
}
