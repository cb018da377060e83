/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as a table, TSV, JSON or JSON lines, from one declaration of their columns. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/output.h"
#include "common/table.h"
#include "common/text.h"

enum { FLUSH_SIZE = 64 * 1024 };

struct output {
	FILE *stream;
	enum output_format format;
	const struct output_column *columns;
	size_t column_count;
	size_t record_count;
	struct table *table;   /* of OUTPUT_TABLE */
	struct error no_table; /* why it is printed as TSV instead */
	struct buf pending;
	struct output_value value;
	bool failed;
};

int output_format_parse(const char *name, enum output_format *format)
{
	static const char *const names[] = {"table", "tsv", "json", "jsonl"};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		if (!strcmp(name, names[i])) {
			*format = (enum output_format)i;
			return 0;
		}
	}
	return -1;
}

void output_text(struct output_value *value, const char *text)
{
	value->type = text ? OUTPUT_TEXT : OUTPUT_NULL;
	value->text = text;
}

void output_text_format(struct output_value *value, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	buf_clear(&value->scratch);
	buf_add_string(&value->scratch, text);
	free(text);
	output_text(value, buf_text(&value->scratch));
}

void output_number(struct output_value *value, uint64_t number)
{
	value->type = OUTPUT_NUMBER;
	value->number = number;
}

void output_truth(struct output_value *value, bool truth)
{
	value->type = OUTPUT_TRUTH;
	value->truth = truth;
}

void output_tree(struct output_value *value, json_object *tree)
{
	value->type = tree ? OUTPUT_TREE : OUTPUT_NULL;
	value->tree = tree;
}

static void number_add(struct buf *buf, uint64_t number)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

/* Of the printable ASCII, but for the backslash, that a text begins with. */
static size_t plain_length(const char *text)
{
	size_t length = 0;

	while (text[length] >= ' ' && text[length] < 0x7f && text[length] != '\\')
		length++;
	return length;
}

static void tsv_add_text(struct buf *buf, const char *text)
{
	static const char specials[] = "\t\n\r\\", letters[] = "tnr\\";
	size_t left = strlen(text);

	while (left) {
		size_t size = plain_length(text);
		const char *special = size ? NULL : strchr(specials, *text);
		bool unsafe = false;

		if (!size) {
			size = text_utf8_length(text, left);
			unsafe = text_is_unsafe(text, size);
			size = size ? size : 1;
		}
		if (special)
			buf_format(buf, "\\%c", letters[special - specials]);
		else if (!unsafe)
			buf_add(buf, text, size);
		for (size_t i = 0; unsafe && !special && i < size; i++)
			buf_format(buf, "\\x%02x", (unsigned char)text[i]);
		text += size;
		left -= size;
	}
}

/* JSON in one line. */
static void tree_add(struct buf *buf, json_object *tree)
{
	text_add_json_text(buf, json_object_to_json_string_ext(
					tree, JSON_C_TO_STRING_PLAIN |
						      JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* The cell as plain text for TSV, unescaped for tables: libsmartcols escapes itself all
 * that is not printable in the locale, which is C. */
static void cell_add(struct buf *buf, const struct output_value *value, bool escape)
{
	switch (value->type) {
	case OUTPUT_NULL:
		break;
	case OUTPUT_TEXT:
		if (escape)
			tsv_add_text(buf, value->text);
		else
			buf_add_string(buf, value->text);
		break;
	case OUTPUT_NUMBER:
		number_add(buf, value->number);
		break;
	case OUTPUT_TRUTH:
		buf_add_string(buf, value->truth ? "true" : "false");
		break;
	case OUTPUT_TREE: {
		CLEANUP(buf_free) struct buf json = {0};

		tree_add(&json, value->tree);
		if (escape)
			tsv_add_text(buf, buf_text(&json));
		else
			buf_add(buf, json.data, json.size);
		break;
	}
	}
}

static void json_add_value(struct buf *buf, const struct output_value *value)
{
	if (value->type == OUTPUT_NULL)
		buf_add_string(buf, "null");
	else if (value->type == OUTPUT_TEXT)
		text_add_json(buf, value->text, strlen(value->text));
	else
		cell_add(buf, value, false);
}

static const struct output_value *value_get(struct output *output, size_t column,
					    const void *record)
{
	output->value.type = OUTPUT_NULL;
	output->columns[column].get(record, &output->value);
	return &output->value;
}

static void tsv_record(struct output *output, const void *record)
{
	struct buf *buf = &output->pending;
	struct output_value *value = &output->value;

	for (size_t i = 0; i < output->column_count; i++) {
		const struct output_column *column = &output->columns[i];

		if (column->flags & OUTPUT_JSON_ONLY)
			continue;
		value->type = OUTPUT_NULL;
		column->get(record, value);
		if (value->type == OUTPUT_TEXT)
			tsv_add_text(buf, value->text);
		else if (value->type != OUTPUT_NULL)
			cell_add(buf, value, true);
		buf_add_char(buf, '\t');
	}
	buf->data[buf->size - 1] = '\n';
}

/* Length of the "Plan" in "Plan.Name", 0 when there is no dot. */
static size_t group_length(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot ? (size_t)(dot - name) : 0;
}

static void json_record(struct output *output, const void *record)
{
	struct buf *buf = &output->pending;
	const char *group = "";
	size_t length = 0;
	bool first = true;

	buf_add_char(buf, '{');
	for (size_t i = 0; i < output->column_count; i++) {
		const char *name = output->columns[i].name;
		size_t own = group_length(name);
		bool same = own && own == length && !strncmp(name, group, own);

		if (output->columns[i].flags & OUTPUT_TEXT_ONLY)
			continue;
		if (length && !same)
			buf_add_char(buf, '}');
		if (!first)
			buf_add_char(buf, ',');
		first = false;
		if (own && !same) {
			text_add_json(buf, name, own);
			buf_add_string(buf, ":{");
		}
		group = name;
		length = own;
		name += own ? own + 1 : 0;
		text_add_json(buf, name, strlen(name));
		buf_add_char(buf, ':');
		json_add_value(buf, value_get(output, i, record));
	}
	buf_add_string(buf, length ? "}}" : "}");
}

static void table_record(struct output *output, const void *record)
{
	size_t cell = 0;

	table_add_line(output->table);
	for (size_t i = 0; i < output->column_count; i++) {
		if (output->columns[i].flags & OUTPUT_JSON_ONLY)
			continue;
		buf_clear(&output->pending);
		cell_add(&output->pending, value_get(output, i, record), false);
		table_set_cell(output->table, cell++, buf_text(&output->pending));
	}
	buf_clear(&output->pending);
}

static int table_begin(struct output *output)
{
	output->table = table_new(&output->no_table);
	if (!output->table)
		return -1;
	for (size_t i = 0; i < output->column_count; i++) {
		const struct output_column *column = &output->columns[i];

		if (!(column->flags & OUTPUT_JSON_ONLY))
			table_add_column(output->table, column->title,
					 column->flags & OUTPUT_RIGHT);
	}
	return 0;
}

static void header_add(struct output *output)
{
	bool first = true;

	for (size_t i = 0; i < output->column_count; i++) {
		if (output->columns[i].flags & OUTPUT_JSON_ONLY)
			continue;
		if (!first)
			buf_add_char(&output->pending, '\t');
		first = false;
		buf_add_string(&output->pending, output->columns[i].name);
	}
	buf_add_char(&output->pending, '\n');
}

struct output *output_begin(FILE *stream, enum output_format format,
			    const struct output_column *columns, size_t column_count,
			    bool header)
{
	struct output *output = mem_zero(1, sizeof(*output));

	output->stream = stream;
	output->format = format;
	output->columns = columns;
	output->column_count = column_count;
	/* What the records report may have been done already, so they are printed anyway.
	 */
	if (format == OUTPUT_TABLE && table_begin(output) < 0) {
		output->format = OUTPUT_TSV;
		header = true;
	}
	if (output->format == OUTPUT_TSV && header)
		header_add(output);
	return output;
}

static void pending_write(struct output *output)
{
	if (output->pending.size && fwrite(output->pending.data, 1, output->pending.size,
					   output->stream) != output->pending.size)
		output->failed = true;
	buf_clear(&output->pending);
}

void output_record(struct output *output, const void *record)
{
	switch (output->format) {
	case OUTPUT_TABLE:
		table_record(output, record);
		break;
	case OUTPUT_TSV:
		tsv_record(output, record);
		break;
	case OUTPUT_JSON:
		buf_add_string(&output->pending, output->record_count ? ",\n " : "[");
		json_record(output, record);
		break;
	case OUTPUT_JSONL:
		json_record(output, record);
		buf_add_char(&output->pending, '\n');
		break;
	}
	output->record_count++;
	if (output->pending.size >= FLUSH_SIZE)
		pending_write(output);
}

void output_flush(struct output *output)
{
	pending_write(output);
	if (fflush(output->stream) != 0)
		output->failed = true;
}

/* Printed as text, since scols_print_table() would lose a write error. */
static void table_print(struct output *output)
{
	CLEANUP(free_ptr) char *text = NULL;
	size_t length;

	if (!output->record_count)
		return;
	text = table_text(output->table);
	length = strlen(text);
	if (fputs(text, output->stream) == EOF)
		output->failed = true;
	/* Whether the last line is ended depends on the library's version. */
	if (length && text[length - 1] != '\n')
		putc('\n', output->stream);
}

int output_end(struct output *output, struct error *error)
{
	int status = 0;

	if (output->format == OUTPUT_JSON)
		buf_add_string(&output->pending, output->record_count ? "]\n" : "[]\n");
	pending_write(output);
	if (output->table)
		table_print(output);
	if (fflush(output->stream) != 0 || output->failed)
		status = error_errno(error, "can't write");
	else if (output->no_table.message)
		status = error_set(error, "can't print a table: %s; use --output tsv",
				   error_text(&output->no_table));
	table_free(output->table);
	error_free(&output->no_table);
	buf_free(&output->pending);
	buf_free(&output->value.scratch);
	free(output);
	return status;
}
