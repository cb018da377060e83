/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an image file contains, and why it should be refused. */
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

/* Bytes of an image that image_facts_start() needs. */
enum { IMAGE_START_SIZE = QCOW2_HEADER_MAX };

struct image_facts {
	enum image_content content;
	struct qcow2 qcow2; /* when the content is qcow2 with a valid header */
	bool has_virtual_size;
	uint64_t virtual_size_bytes;
	bool has_label;
	struct disk_label label;
	/* Reasons to refuse it, as predicates: "has a backing file, ..." */
	struct error_list problems;
};

/*
 * Reads facts from the first `size` bytes of an image: IMAGE_START_SIZE, or all of a
 * shorter one. The partition table of a qcow2 image stays unknown. The caller frees
 * `facts`.
 */
void image_facts_start(const uint8_t *data, size_t size, struct image_facts *facts);

/* Adds the facts that follow from the size of an image, once a pipe has ended. */
void image_facts_end(struct image_facts *facts, uint64_t size_bytes);

/*
 * Reads facts from a whole image: also its partition table, and whether it is complete.
 * Fails when it can't be read, not when it has problems. The caller frees `facts` in any
 * case.
 */
int image_facts_read(struct image_reader *reader, struct image_facts *facts,
		     struct error *error);

/* Adds a problem where the content contradicts the name: format, architecture. */
void image_facts_check_name(struct image_facts *facts, const struct image_name *name);

/* Adds a problem when the virtual size is known and exceeds the maximum. */
void image_facts_check_size(struct image_facts *facts, uint64_t max_size_bytes);

/* Fails with all problems in one message; 0 when there are none. */
int image_facts_refuse(const struct image_facts *facts, struct error *error);

void image_facts_free(struct image_facts *facts);

#endif
