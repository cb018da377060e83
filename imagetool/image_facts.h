/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an image file is, by its content, and why it should not be taken in. */
#ifndef IMAGETOOL_IMAGE_FACTS_H
#define IMAGETOOL_IMAGE_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "imagetool/disk_label.h"
#include "imagetool/image_content.h"
#include "imagetool/image_name.h"
#include "imagetool/image_reader.h"
#include "imagetool/qcow2.h"

/* How much of an image's beginning image_facts_start() wants. */
enum { IMAGE_START_SIZE = QCOW2_HEADER_MAX };

struct image_facts {
	enum image_content content;
	struct qcow2 qcow2; /* when the content is qcow2 and its header can be read */
	bool has_virtual_size;
	uint64_t virtual_size_bytes;
	bool has_label;
	struct disk_label label;
	/* Why not: each is the end of a sentence that begins with the file's name. */
	struct error_list problems;
};

/*
 * What the first `size` bytes tell, IMAGE_START_SIZE of them or the whole of a shorter
 * file; for images out of a pipe. The label of a qcow2 image stays unknown. The caller
 * frees `facts`.
 */
void image_facts_start(const uint8_t *data, size_t size, struct image_facts *facts);

/* Adds what the number of bytes tells that an image out of a pipe had in the end. */
void image_facts_end(struct image_facts *facts, uint64_t size_bytes);

/*
 * What the whole file tells: also the label, and whether it is all there. Fails when it
 * can't be read, not when there are problems. The caller frees `facts`, also then.
 */
int image_facts_read(struct image_reader *reader, struct image_facts *facts,
		     struct error *error);

/* Adds the problems that facts and a name have with each other: format, architecture. */
void image_facts_check_name(struct image_facts *facts, const struct image_name *name);

/* Adds a problem when the virtual size is known and above a maximum. */
void image_facts_check_size(struct image_facts *facts, uint64_t max_size_bytes);

/* All problems in one message, as an error; 0 when there are none. */
int image_facts_refuse(const struct image_facts *facts, struct error *error);

void image_facts_free(struct image_facts *facts);

#endif
