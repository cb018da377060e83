/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an image file contains, and why it should be refused. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "imagetool/image_facts.h"
#include "imagetool/qcow2_map.h"

static void label_read(struct image_facts *facts, const uint8_t *start, size_t size)
{
	facts->has_label = true;
	facts->label = disk_label_parse(start, size);
}

void image_facts_start(const uint8_t *data, size_t size, struct image_facts *facts)
{
	CLEANUP(error_free) struct error error = {0};

	*facts = (struct image_facts){.content = image_content_probe(data, size)};
	switch (facts->content) {
	case CONTENT_RAW:
		label_read(facts, data, size);
		break;
	case CONTENT_QCOW2:
		if (qcow2_parse(data, size, &facts->qcow2, &error) < 0) {
			error_list_add(&facts->problems, "is not a valid qcow2 image: %s",
				       error_text(&error));
			break;
		}
		facts->has_virtual_size = true;
		facts->virtual_size_bytes = facts->qcow2.virtual_size_bytes;
		qcow2_problems(&facts->qcow2, &facts->problems);
		break;
	case CONTENT_LUKS:
		error_list_add(&facts->problems, "is encrypted (luks)");
		break;
	default:
		error_list_add(&facts->problems, "is neither qcow2 nor raw, but %s",
			       image_content_word(facts->content));
	}
}

static void raw_end(struct image_facts *facts, uint64_t size_bytes)
{
	facts->has_virtual_size = true;
	facts->virtual_size_bytes = size_bytes;
	if (!size_bytes)
		error_list_add(&facts->problems, "is empty");
	if (facts->label.end_bytes > size_bytes)
		error_list_add(&facts->problems,
			       "is truncated: by its %s the disk has %" PRIu64
			       " bytes, and it has %" PRIu64,
			       disk_label_word(facts->label.type), facts->label.end_bytes,
			       size_bytes);
}

void image_facts_end(struct image_facts *facts, uint64_t size_bytes)
{
	const struct qcow2 *qcow2 = &facts->qcow2;

	if (facts->content == CONTENT_RAW)
		raw_end(facts, size_bytes);
	if (facts->content != CONTENT_QCOW2 || !facts->has_virtual_size)
		return;
	if (qcow2->l1_offset + UINT64_C(8) * qcow2->l1_entries > size_bytes ||
	    qcow2->refcount_table_offset + qcow2->refcount_table_size_bytes > size_bytes)
		error_list_add(&facts->problems, "is truncated");
}

static int qcow2_read(struct image_reader *reader, struct image_facts *facts,
		      struct error *error)
{
	CLEANUP(error_free) struct error reason = {0};
	const struct qcow2 *qcow2 = &facts->qcow2;
	uint8_t start[DISK_LABEL_SIZE];
	size_t size = sizeof(start);

	/* Unknown features may change the meaning of the tables. */
	if (qcow2->features & (~QCOW2_FEATURES_KNOWN | QCOW2_EXTERNAL_DATA))
		return 0;
	if (size > qcow2->cluster_size_bytes)
		size = qcow2->cluster_size_bytes;
	if (qcow2_check(qcow2, reader, &reason) < 0) {
		if (reader->failed)
			return error_set(error, "%s", error_text(&reason));
		error_list_add(&facts->problems, "is %s", error_text(&reason));
		return 0;
	}
	if (qcow2_read_start(qcow2, reader, start, size, NULL) == 0)
		label_read(facts, start, size);
	return 0;
}

/* Only its footer distinguishes a fixed VHD from a raw disk. */
static int raw_read(struct image_reader *reader, struct image_facts *facts,
		    struct error *error)
{
	uint8_t last[512];

	raw_end(facts, reader->size_bytes);
	if (reader->size_bytes < sizeof(last))
		return 0;
	if (image_reader_read(reader, reader->size_bytes - sizeof(last), last,
			      sizeof(last), error) < 0)
		return -1;
	if (image_content_is_vhd_footer(last, sizeof(last))) {
		facts->content = CONTENT_VHD;
		error_list_add(&facts->problems, "is neither qcow2 nor raw, but vhd");
	}
	return 0;
}

int image_facts_read(struct image_reader *reader, struct image_facts *facts,
		     struct error *error)
{
	CLEANUP(free_ptr) uint8_t *start = NULL;
	size_t size = IMAGE_START_SIZE;

	*facts = (struct image_facts){0};
	if (size > reader->size_bytes)
		size = (size_t)reader->size_bytes;
	start = mem_zero(1, size);
	if (image_reader_read(reader, 0, start, size, error) < 0)
		return -1;
	image_facts_start(start, size, facts);
	if (facts->content == CONTENT_RAW)
		return raw_read(reader, facts, error);
	if (facts->content == CONTENT_QCOW2 && facts->has_virtual_size)
		return qcow2_read(reader, facts, error);
	return 0;
}

void image_facts_check_name(struct image_facts *facts, const struct image_name *name)
{
	enum image_content expected = name->format == IMAGE_QCOW2 ? CONTENT_QCOW2
								  : CONTENT_RAW;
	unsigned int arches = facts->has_label ? facts->label.arches : 0;

	/* Other contents are refused anyway. */
	if (facts->content != expected &&
	    (facts->content == CONTENT_RAW || facts->content == CONTENT_QCOW2))
		error_list_add(&facts->problems, "is named %s but contains %s",
			       image_format_word(name->format),
			       image_content_word(facts->content));
	if (!arches || (arches & 1U << name->arch))
		return;
	for (size_t i = 0; i < IMAGE_ARCH_COUNT; i++)
		if (arches & 1U << i)
			error_list_add(&facts->problems,
				       "is named %s but has a partition for %s",
				       image_arch_word(name->arch), image_arch_word(i));
}

void image_facts_check_size(struct image_facts *facts, uint64_t max_size_bytes)
{
	char size[NUM_SIZE_TEXT_MAX], max[NUM_SIZE_TEXT_MAX];

	if (facts->has_virtual_size && facts->virtual_size_bytes > max_size_bytes)
		error_list_add(&facts->problems,
			       "has a virtual size of %s, but at most %s are allowed",
			       num_size_text(facts->virtual_size_bytes, size),
			       num_size_text(max_size_bytes, max));
}

int image_facts_refuse(const struct image_facts *facts, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};

	if (!facts->problems.count)
		return 0;
	for (size_t i = 0; i < facts->problems.count; i++)
		buf_format(&text, "%s%s", i ? "; it " : "", facts->problems.messages[i]);
	return error_set(error, "%s", buf_text(&text));
}

void image_facts_free(struct image_facts *facts)
{
	if (facts)
		error_list_free(&facts->problems);
}
