/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool inspect: prints what image files contain. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "imagetool/image_facts.h"
#include "imagetool/image_source.h"
#include "imagetool/image_verbs.h"

const struct cli_option image_inspect_options[] = {{0}};

struct inspection {
	const char *file;
	const char *packing; /* NULL: not compressed */
	uint64_t image_size_bytes;
	bool has_allocated_size;
	uint64_t allocated_size_bytes;
	enum { NAME_OTHER, NAME_AGREES, NAME_CONTRADICTS } name;
	struct image_facts facts;
	json_object *problems;
};

/* Reads a compressed file or a pipe to its end: the tables in it can't be followed. */
static int stream_inspect(struct image_source *source, struct inspection *inspection,
			  struct error *error)
{
	CLEANUP(free_ptr) uint8_t *data = mem_zero(1, IMAGE_START_SIZE);
	uint64_t hole, total = 0;
	size_t size;

	do {
		if (image_source_read(source, data, IMAGE_START_SIZE, &size, &hole,
				      error) < 0)
			return -1;
		if (!total)
			image_facts_start(data, size, &inspection->facts);
		total += size;
	} while (size);
	image_facts_end(&inspection->facts, total);
	inspection->image_size_bytes = total;
	return 0;
}

static int file_inspect(const char *file, struct inspection *inspection,
			struct error *error)
{
	struct image_source_options options = {.max_size_bytes = IMAGE_MAX_SIZE_DEFAULT};
	CLEANUP(image_source_free_ptr)
	struct image_source *source = image_source_open(file, &options, error);
	struct image_reader reader;
	struct stat status;

	if (!source)
		return -1;
	if (image_content_packed(image_source_packing(source)))
		inspection->packing = image_content_word(image_source_packing(source));
	if (strcmp(file, "-") && stat(file, &status) == 0 && S_ISREG(status.st_mode)) {
		inspection->has_allocated_size = true;
		inspection->allocated_size_bytes = (uint64_t)status.st_blocks * 512;
	}
	if (image_source_reader(source, &reader) < 0)
		return stream_inspect(source, inspection, error);
	inspection->image_size_bytes = reader.size_bytes;
	return image_facts_read(&reader, &inspection->facts, error);
}

static void name_inspect(const char *file, struct inspection *inspection)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	size_t before = inspection->facts.problems.count;
	struct image_name name;

	if (image_name_parse(base, strlen(base), &name, NULL) < 0)
		return;
	image_facts_check_name(&inspection->facts, &name);
	inspection->name = inspection->facts.problems.count > before ? NAME_CONTRADICTS
								     : NAME_AGREES;
}

static void problems_list(struct inspection *inspection)
{
	const struct error_list *problems = &inspection->facts.problems;

	inspection->problems = json_object_new_array();
	for (size_t i = 0; i < problems->count; i++)
		json_object_array_add(inspection->problems,
				      json_object_new_string(problems->messages[i]));
}

static const struct qcow2 *qcow2_of(const void *record)
{
	const struct image_facts *facts = &((const struct inspection *)record)->facts;

	return facts->content == CONTENT_QCOW2 && facts->has_virtual_size ? &facts->qcow2
									  : NULL;
}

static void get_file(const void *record, struct output_value *value)
{
	output_text(value, ((const struct inspection *)record)->file);
}

static void get_format(const void *record, struct output_value *value)
{
	const struct inspection *inspection = record;

	output_text(value, image_content_word(inspection->facts.content));
}

static void get_packing(const void *record, struct output_value *value)
{
	output_text(value, ((const struct inspection *)record)->packing);
}

static void get_virtual_size(const void *record, struct output_value *value)
{
	const struct image_facts *facts = &((const struct inspection *)record)->facts;

	if (facts->has_virtual_size)
		output_number(value, facts->virtual_size_bytes);
}

static void get_size(const void *record, struct output_value *value)
{
	const struct inspection *inspection = record;

	if (inspection->has_allocated_size)
		output_number(value, inspection->allocated_size_bytes);
}

static void get_image_size(const void *record, struct output_value *value)
{
	output_number(value, ((const struct inspection *)record)->image_size_bytes);
}

static void get_version(const void *record, struct output_value *value)
{
	if (qcow2_of(record))
		output_number(value, qcow2_of(record)->version);
}

static void get_cluster_size(const void *record, struct output_value *value)
{
	if (qcow2_of(record))
		output_number(value, qcow2_of(record)->cluster_size_bytes);
}

static void get_snapshots(const void *record, struct output_value *value)
{
	if (qcow2_of(record))
		output_number(value, qcow2_of(record)->snapshot_count);
}

static void get_backing_file(const void *record, struct output_value *value)
{
	if (qcow2_of(record) && qcow2_of(record)->has_backing_file)
		output_text(value, qcow2_of(record)->backing_file);
}

static void get_backing_format(const void *record, struct output_value *value)
{
	if (qcow2_of(record) && qcow2_of(record)->backing_format[0])
		output_text(value, qcow2_of(record)->backing_format);
}

static void get_data_file(const void *record, struct output_value *value)
{
	if (qcow2_of(record) && (qcow2_of(record)->features & QCOW2_EXTERNAL_DATA))
		output_text(value, qcow2_of(record)->data_file);
}

static void get_encryption(const void *record, struct output_value *value)
{
	const struct inspection *inspection = record;

	if (qcow2_of(record))
		output_text(value, qcow2_encryption_word(qcow2_of(record)->encryption));
	else if (inspection->facts.content == CONTENT_LUKS)
		output_text(value, "luks");
}

static void get_dirty(const void *record, struct output_value *value)
{
	if (qcow2_of(record))
		output_truth(value, qcow2_of(record)->features & QCOW2_DIRTY);
}

static void get_corrupt(const void *record, struct output_value *value)
{
	if (qcow2_of(record))
		output_truth(value, qcow2_of(record)->features & QCOW2_CORRUPT);
}

static void get_compression(const void *record, struct output_value *value)
{
	if (qcow2_of(record))
		output_text(value, qcow2_compression_word(qcow2_of(record)->compression));
}

static void get_partition_table(const void *record, struct output_value *value)
{
	const struct image_facts *facts = &((const struct inspection *)record)->facts;

	if (facts->has_label)
		output_text(value, disk_label_word(facts->label.type));
}

static void get_name_agrees(const void *record, struct output_value *value)
{
	const struct inspection *inspection = record;

	if (inspection->name != NAME_OTHER)
		output_truth(value, inspection->name == NAME_AGREES);
}

static void get_problems(const void *record, struct output_value *value)
{
	output_tree(value, ((const struct inspection *)record)->problems);
}

static const struct output_column columns[] = {
	{"File", "FILE", 0, get_file},
	{"Format", "FORMAT", 0, get_format},
	{"Packing", "PACKING", 0, get_packing},
	{"VirtualSize", "VIRTUAL SIZE", OUTPUT_RIGHT, get_virtual_size},
	{"Size", "SIZE", OUTPUT_RIGHT, get_size},
	{"ImageSize", "", OUTPUT_JSON_ONLY, get_image_size},
	{"FormatVersion", "", OUTPUT_JSON_ONLY, get_version},
	{"ClusterSize", "", OUTPUT_JSON_ONLY, get_cluster_size},
	{"Snapshots", "", OUTPUT_JSON_ONLY, get_snapshots},
	{"BackingFile", "BACKING FILE", 0, get_backing_file},
	{"BackingFormat", "", OUTPUT_JSON_ONLY, get_backing_format},
	{"DataFile", "DATA FILE", 0, get_data_file},
	{"Encryption", "ENCRYPTION", 0, get_encryption},
	{"Dirty", "DIRTY", 0, get_dirty},
	{"Corrupt", "CORRUPT", 0, get_corrupt},
	{"Compression", "COMPRESSION", 0, get_compression},
	{"PartitionTable", "PARTITIONS", 0, get_partition_table},
	{"NameAgrees", "NAME AGREES", 0, get_name_agrees},
	{"Problems", "PROBLEMS", 0, get_problems},
};

/* CLI_USAGE if the file can't be read, CLI_NO if it has problems. */
static int operand_inspect(struct cli *cli, struct output *output, const char *file)
{
	CLEANUP(error_free) struct error error = {0};
	struct inspection inspection = {.file = file};
	int status = CLI_DONE;

	if (file_inspect(file, &inspection, &error) < 0) {
		cli_error(cli, "%s: %s", file, error_text(&error));
		status = CLI_USAGE;
	} else {
		name_inspect(file, &inspection);
		problems_list(&inspection);
		output_record(output, &inspection);
		status = inspection.facts.problems.count ? CLI_NO : CLI_DONE;
	}
	json_object_put(inspection.problems);
	image_facts_free(&inspection.facts);
	return status;
}

int image_inspect_run(struct cli *cli)
{
	struct output *output;
	int unread = 0, status = CLI_DONE;

	while (cli_next(cli) != CLI_END)
		;
	cli_operands(cli, 1, -1);
	output = output_begin(stdout, cli->format, columns, ARRAY_LENGTH(columns),
			      cli->header);
	for (int i = 0; i < cli->operand_count; i++) {
		int result = operand_inspect(cli, output, cli->operands[i]);

		unread += result == CLI_USAGE;
		if (result != CLI_DONE)
			status = CLI_NO;
	}
	if (unread == cli->operand_count)
		status = CLI_USAGE;
	return cli_output_end(cli, output, status);
}
