/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as a table, TSV, JSON or JSON lines, from one declaration of their columns. */
#ifndef COMMON_OUTPUT_H
#define COMMON_OUTPUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/buf.h"
#include "common/error.h"

enum output_format {
	OUTPUT_TABLE, /* aligned, with a header, for people */
	OUTPUT_TSV,   /* tab, newline, carriage return and backslash as \t \n \r \\ */
	OUTPUT_JSON,  /* one array */
	OUTPUT_JSONL, /* one object per line */
};

/* Parses "table", "tsv", "json" or "jsonl"; -1 for others, *format is then unchanged. */
int output_format_parse(const char *name, enum output_format *format);

/* The value of a cell; a column's `get` sets it by one of the functions below. */
struct output_value {
	enum { OUTPUT_NULL, OUTPUT_TEXT, OUTPUT_NUMBER, OUTPUT_TRUTH, OUTPUT_TREE } type;
	const char *text;
	uint64_t number;
	bool truth;
	json_object *tree;
	struct buf scratch; /* for output_text_format() */
};

/* NULL is null. The text is borrowed until the record is printed. */
void output_text(struct output_value *value, const char *text);
void output_text_format(struct output_value *value, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void output_number(struct output_value *value, uint64_t number);
void output_truth(struct output_value *value, bool truth);
/* A JSON value, borrowed. Tables and TSV have lists and objects as JSON text. */
void output_tree(struct output_value *value, json_object *tree);

enum output_column_flags {
	OUTPUT_JSON_ONLY = 1, /* not in tables and TSV */
	OUTPUT_RIGHT = 2,     /* aligned right in tables */
	OUTPUT_TEXT_ONLY = 4, /* not in JSON, where another column may have its name */
};

struct output_column {
	/* The JSON member, and the header in TSV. With a dot ("Plan.Name") it is a member
	 * of an object; the columns of an object are adjacent. */
	const char *name;
	const char *title; /* of the table's column */
	unsigned int flags;
	/* Sets `value`, which is OUTPUT_NULL before. */
	void (*get)(const void *record, struct output_value *value);
};

/* Records that are printed to a stream. */
struct output;

/*
 * Begins output. The columns (`column_count` of them) and the stream are borrowed until
 * output_end(), which the caller calls. `header`: TSV has a first line with the names.
 * Where libsmartcols can't be loaded, a table is printed as TSV, and output_end() fails.
 */
struct output *output_begin(FILE *stream, enum output_format format,
			    const struct output_column *columns, size_t column_count,
			    bool header);
void output_record(struct output *output, const void *record);
/* Flushes what was printed so far. A table is printed at the end. */
void output_flush(struct output *output);
/* Prints the rest (the table, the closing bracket) and frees. Fails on a write error. */
int output_end(struct output *output, struct error *error);

#endif
