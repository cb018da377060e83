/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the fields that a template uses. */
#include <string.h>

#include "provision/render/field_list.h"

static void use_path(const void *record, struct output_value *value)
{
	output_text(value, ((const struct field_use *)record)->path);
}

static void use_file(const void *record, struct output_value *value)
{
	output_text(value, ((const struct field_use *)record)->file);
}

static void use_line(const void *record, struct output_value *value)
{
	output_number(value, ((const struct field_use *)record)->line);
}

static void use_column(const void *record, struct output_value *value)
{
	output_number(value, ((const struct field_use *)record)->column);
}

static const struct output_column use_columns[] = {
	{"Field", "FIELD", 0, use_path},
	{"Template", "TEMPLATE", 0, use_file},
	{"Line", "LINE", OUTPUT_RIGHT, use_line},
	{"Column", "COLUMN", OUTPUT_RIGHT, use_column},
};

/* Whether to list the use: a field, and its first use. */
static bool is_listed(const struct field_uses *uses, const struct field_use *use)
{
	if (use->kind != USE_FIELD || use->is_step)
		return false;
	array_foreach(other, &uses->list) {
		if (other == use)
			break;
		if (other->kind == USE_FIELD && !other->is_step &&
		    !strcmp(other->path, use->path))
			return false;
	}
	return true;
}

int field_list_print(FILE *stream, enum output_format format, bool header,
		     const struct field_uses *uses, struct error *error)
{
	struct output *output = output_begin(stream, format, use_columns,
					     ARRAY_LENGTH(use_columns), header);

	array_foreach(use, &uses->list) {
		if (is_listed(uses, use))
			output_record(output, use);
	}
	return output_end(output, error);
}
