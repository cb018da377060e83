/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of aligned columns with a header, by libsmartcols, which is loaded when the
 * first one is created: most runs print none. */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

struct table;

/* An empty table that the caller frees; NULL if libsmartcols can't be loaded. */
struct table *table_new(struct error *error);
void table_free(struct table *table);
/* Adds a column; columns are added before lines. */
void table_add_column(struct table *table, const char *title, bool right);
void table_add_line(struct table *table);
/* Sets a cell of the line that was added last; the text is copied. What is not printable
 * in the locale is escaped. */
void table_set_cell(struct table *table, size_t column, const char *text);
/* The table, whose last line may end without a newline, as text that the caller owns. */
char *table_text(const struct table *table);

#endif
