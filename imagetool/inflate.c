/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacks the beginning of a raw deflate stream (RFC 1951) in memory. */
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/inflate.h"

DEFINE_CLEANUP(struct archive *, archive_read_free)

/* The smallest header of a gzip member (RFC 1952, section 2.3): deflate, no name, no
 * time.
 */
static const uint8_t gzip_header[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
/* CRC and size, which libarchive requires and does not check. */
static const uint8_t gzip_trailer[8];

int inflate_start(const uint8_t *packed, size_t packed_size, uint8_t *data, size_t size,
		  struct error *error)
{
	CLEANUP(archive_read_free_ptr) struct archive *archive = archive_read_new();
	CLEANUP(buf_free) struct buf member = {0};
	struct archive_entry *entry;
	size_t done = 0;

	if (!archive)
		mem_exhausted();
	buf_add(&member, gzip_header, sizeof(gzip_header));
	buf_add(&member, packed, packed_size);
	buf_add(&member, gzip_trailer, sizeof(gzip_trailer));
	if (archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
	    archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, member.data, member.size) != ARCHIVE_OK ||
	    archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return error_set(error, "%s", archive_error_string(archive));
	while (done < size) {
		la_ssize_t got = archive_read_data(archive, data + done, size - done);

		if (got < 0)
			return error_set(error, "%s", archive_error_string(archive));
		if (got == 0)
			return error_set(error, "%zu bytes instead of %zu", done, size);
		done += (size_t)got;
	}
	return 0;
}
