/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as text, as Go's fmt.Print and Println write them. */
#define _GNU_SOURCE
#include <string.h>

#include "provision/template/print.h"
#include "provision/template/unicode.h"

/* A value and what is around it on the way into lists and maps. */
struct printer {
	struct work *work;
	struct buf *buf;
	const struct directive *directive;
	uint32_t verb;
};

static void nested_print(const struct printer *printer, const struct value *value);

/* "%!verb(type=value)" */
static void bad_verb(const struct printer *printer, const struct value *value)
{
	struct printer plain = *printer;
	struct directive directive = *printer->directive;
	char verb[UNICODE_ENCODED_MAX];

	directive.go_syntax = false;
	plain.directive = &directive;
	plain.verb = 'v';
	buf_add_string(printer->buf, "%!");
	buf_add(printer->buf, verb, unicode_encode(printer->verb, verb));
	buf_add_char(printer->buf, '(');
	buf_add_string(printer->buf, value_type_name(value));
	if (value->type != VALUE_NIL && value->type != VALUE_NONE) {
		buf_add_char(printer->buf, '=');
		nested_print(&plain, value);
	}
	buf_add_char(printer->buf, ')');
}

static void separator_add(const struct printer *printer)
{
	buf_add_string(printer->buf, printer->directive->go_syntax ? ", " : " ");
}

static void list_print(const struct printer *printer, const struct value *list)
{
	bool go_syntax = printer->directive->go_syntax;

	buf_add_string(printer->buf, go_syntax ? "[]interface {}{" : "[");
	for (size_t i = 0; i < list->list.count && !printer->buf->overflowed; i++) {
		struct value element = value_element(list, i);

		if (i)
			separator_add(printer);
		nested_print(printer, &element);
	}
	buf_add_char(printer->buf, go_syntax ? '}' : ']');
}

static void map_print(const struct printer *printer, const struct value *map)
{
	bool go_syntax = printer->directive->go_syntax;
	size_t count = 0;
	struct member *members = work_members(printer->work, map, &count);

	printer->buf->overflowed |= !members;
	buf_add_string(printer->buf, go_syntax ? "map[string]interface {}{" : "map[");
	for (size_t i = 0; i < count && !printer->buf->overflowed; i++) {
		struct value key = value_text(SPAN(members[i].key));
		struct value value = value_box(value_from_json(members[i].json));

		if (i)
			separator_add(printer);
		nested_print(printer, &key);
		buf_add_char(printer->buf, ':');
		nested_print(printer, &value);
	}
	buf_add_char(printer->buf, go_syntax ? '}' : ']');
}

/* A value within a list or map. */
static void nested_print(const struct printer *printer, const struct value *value)
{
	switch (value->type) {
	case VALUE_NONE:
	case VALUE_NIL:
		buf_add_string(printer->buf, printer->directive->go_syntax
						     ? "interface {}(nil)"
						     : "<nil>");
		break;
	case VALUE_LIST:
		list_print(printer, value);
		break;
	case VALUE_MAP:
		map_print(printer, value);
		break;
	default:
		if (!verb_scalar(printer->buf, printer->directive, printer->verb, value))
			bad_verb(printer, value);
	}
}

void print_value(struct work *work, struct buf *buf, const struct directive *directive,
		 uint32_t verb, const struct value *value)
{
	struct printer printer = {work, buf, directive, verb};
	bool is_nil = value->type == VALUE_NIL || value->type == VALUE_NONE;
	bool is_whole = value->type == VALUE_LIST || value->type == VALUE_MAP;

	if (is_nil && (verb == 'v' || verb == 'T'))
		verb_pad(buf, directive, SPAN("<nil>"));
	else if (is_nil)
		bad_verb(&printer, value);
	else if (verb == 'T')
		verb_text(buf, directive, SPAN(value_type_name(value)));
	else if (is_whole && (verb == 'w' || verb == 'p'))
		bad_verb(&printer, value);
	else
		nested_print(&printer, value);
}

void print_values(struct work *work, struct buf *buf, const struct value *values,
		  size_t count)
{
	static const struct directive plain = {0};

	for (size_t i = 0; i < count; i++) {
		if (i && values[i].type != VALUE_STRING &&
		    values[i - 1].type != VALUE_STRING)
			buf_add_char(buf, ' ');
		print_value(work, buf, &plain, 'v', &values[i]);
	}
}

void print_line(struct work *work, struct buf *buf, const struct value *values,
		size_t count)
{
	static const struct directive plain = {0};

	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(buf, ' ');
		print_value(work, buf, &plain, 'v', &values[i]);
	}
	buf_add_char(buf, '\n');
}
