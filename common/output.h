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
	OUTPUT_JSONL, /* one object a line */
};

/* "table", "tsv", "json", "jsonl"; -1 for others, *format is then left alone. */
int output_format_parse(const char *name, enum output_format *format);

/* What a cell holds; a column's `get` sets it by one of the functions below. */
struct output_value {
	enum { OUTPUT_NULL, OUTPUT_TEXT, OUTPUT_NUMBER, OUTPUT_TRUTH, OUTPUT_TREE } type;
	const char *text;
	uint64_t number;
	bool truth;
	json_object *tree;
	struct buf scratch; /* for output_text_format() */
};

/* NULL gives null. The text is not copied: it lives until the record is printed. */
void output_text(struct output_value *value, const char *text);
void output_text_format(struct output_value *value, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void output_number(struct output_value *value, uint64_t number);
void output_truth(struct output_value *value, bool truth);
/* A JSON value, borrowed; lists and objects stand as JSON text in tables and TSV. */
void output_tree(struct output_value *value, json_object *tree);

enum output_column_flags {
	OUTPUT_JSON_ONLY = 1, /* not in tables and TSV */
	OUTPUT_RIGHT = 2,     /* aligned right in tables */
	OUTPUT_TEXT_ONLY = 4, /* not in JSON; another column may have its name there */
};

struct output_column {
	/* The JSON member. With a dot ("Plan.Name") it is a member of an object; columns
	 * of one object stand next to each other. Without JSON_ONLY also the TSV header.
	 */
	const char *name;
	const char *title; /* of the table's column */
	unsigned int flags;
	/* Sets `value`, which is OUTPUT_NULL before. */
	void (*get)(const void *record, struct output_value *value);
};

/* A run of records on their way to a stream. */
struct output;

/*
 * The columns (`column_count` of them) and the stream are borrowed until output_end().
 * `header` asks for a first line in TSV. The caller ends it by output_end().
 */
struct output *output_begin(FILE *stream, enum output_format format,
			    const struct output_column *columns, size_t column_count,
			    bool header);
void output_record(struct output *output, const void *record);
/* Makes what was printed so far visible to the reader of a pipe; tables come at the end.
 */
void output_flush(struct output *output);
/* Prints what is due (the table, the closing bracket) and frees. -1 on a write error. */
int output_end(struct output *output, struct error *error);

#endif
