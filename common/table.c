/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables by libsmartcols. */
#define _GNU_SOURCE
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>

#include "common/library.h"
#include "common/mem.h"
#include "common/table.h"

#define LIBRARY "libsmartcols.so.1"

/* Functions of libsmartcols, by name and type. */
struct smartcols {
	typeof(scols_init_debug) *scols_init_debug;
	typeof(scols_new_table) *scols_new_table;
	typeof(scols_unref_table) *scols_unref_table;
	typeof(scols_table_new_column) *scols_table_new_column;
	typeof(scols_table_new_line) *scols_table_new_line;
	typeof(scols_line_set_data) *scols_line_set_data;
	typeof(scols_print_table_to_string) *scols_print_table_to_string;
};

struct table {
	struct smartcols library;
	struct libscols_table *cells;
	struct libscols_line *line; /* the last one */
};

struct table *table_new(struct error *error)
{
	static const char *const names[] = {
		"scols_init_debug",
		"scols_new_table",
		"scols_unref_table",
		"scols_table_new_column",
		"scols_table_new_line",
		"scols_line_set_data",
		"scols_print_table_to_string",
	};
	struct table table = {0};

	_Static_assert(sizeof(struct smartcols) ==
			       ARRAY_LENGTH(names) * sizeof(void (*)(void)),
		       "one name for each");
	if (library_load(LIBRARY, names, ARRAY_LENGTH(names), &table.library, error) < 0)
		return NULL;
	table.library.scols_init_debug(0);
	table.cells = table.library.scols_new_table();
	if (!table.cells)
		mem_exhausted();
	return mem_copy(&table, sizeof(table));
}

void table_free(struct table *table)
{
	if (!table)
		return;
	table->library.scols_unref_table(table->cells);
	free(table);
}

void table_add_column(struct table *table, const char *title, bool right)
{
	if (!table->library.scols_table_new_column(table->cells, title, 0,
						   right ? SCOLS_FL_RIGHT : 0))
		mem_exhausted();
}

void table_add_line(struct table *table)
{
	table->line = table->library.scols_table_new_line(table->cells, NULL);
	if (!table->line)
		mem_exhausted();
}

void table_set_cell(struct table *table, size_t column, const char *text)
{
	if (table->library.scols_line_set_data(table->line, column, text) < 0)
		mem_exhausted();
}

char *table_text(const struct table *table)
{
	char *text = NULL;

	if (table->library.scols_print_table_to_string(table->cells, &text) < 0)
		mem_exhausted();
	return text;
}
