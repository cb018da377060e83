/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as text, as Go's fmt.Print, Println and Printf write them. */
#define _GNU_SOURCE
#include <string.h>

#include "provision/template/print.h"
#include "provision/template/unicode.h"

/* How to print a value and the values in it. */
struct printer {
	struct limits *limits;
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
	struct member *members = limits_members(printer->limits, map, &count);

	printer->buf->overflowed |= !members;
	buf_add_string(printer->buf, go_syntax ? "map[string]interface {}{" : "map[");
	for (size_t i = 0; i < count && !printer->buf->overflowed; i++) {
		struct value key = value_text(SPAN(members[i].key));
		struct value value = value_from_member(members[i].json);

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

void print_value(struct limits *limits, struct buf *buf,
		 const struct directive *directive, uint32_t verb,
		 const struct value *value)
{
	struct printer printer = {limits, buf, directive, verb};
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

void print_values(struct limits *limits, struct buf *buf, const struct value *values,
		  size_t count)
{
	static const struct directive plain = {0};

	for (size_t i = 0; i < count; i++) {
		if (i && values[i].type != VALUE_STRING &&
		    values[i - 1].type != VALUE_STRING)
			buf_add_char(buf, ' ');
		print_value(limits, buf, &plain, 'v', &values[i]);
	}
}

void print_line(struct limits *limits, struct buf *buf, const struct value *values,
		size_t count)
{
	static const struct directive plain = {0};

	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(buf, ' ');
		print_value(limits, buf, &plain, 'v', &values[i]);
	}
	buf_add_char(buf, '\n');
}

struct formatter {
	struct limits *limits;
	struct buf *buf;
	const char *at, *end; /* the rest of the format */
	const struct value *values;
	size_t count;
	size_t next;	   /* index of the next value */
	bool reordered;	   /* a number in brackets was used */
	bool numbers_good; /* in this directive */
};

/* Reads digits at `*at`. False without digits; also for a number that is too large, of
 * which the rest of the text then is a part. */
static bool number_read(const char **at, const char *end, int *number)
{
	bool any = false;

	*number = 0;
	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
		if (*number > DIRECTIVE_NUMBER_MAX) {
			*number = 0;
			*at = end;
			return false;
		}
		*number = *number * 10 + (**at - '0');
		any = true;
	}
	return any;
}

/* Reads "[3]", which chooses the next value. Returns whether it is well formed. */
static bool index_read(struct formatter *formatter)
{
	const char *at = formatter->at, *close;
	int number;
	bool good;

	if (at == formatter->end || *at != '[')
		return false;
	formatter->reordered = true;
	close = memchr(at, ']', (size_t)(formatter->end - at));
	if (!close) {
		formatter->at++;
		formatter->numbers_good = false;
		return false;
	}
	at++;
	good = number_read(&at, close, &number) && at == close;
	formatter->at = close + 1;
	if (good && number >= 1 && (size_t)number <= formatter->count)
		formatter->next = (size_t)number - 1;
	else
		formatter->numbers_good = false;
	return good;
}

/* Takes the next value as width or precision, for "*". */
static bool argument_read(struct formatter *formatter, int *number)
{
	const struct value *value = &formatter->values[formatter->next];
	int64_t integer;

	*number = 0;
	if (formatter->next >= formatter->count)
		return false;
	formatter->next++;
	if (value->type == VALUE_BYTE || value->type == VALUE_UINT)
		integer = value->natural > INT64_MAX ? INT64_MAX
						     : (int64_t)value->natural;
	else if (value->type == VALUE_INT)
		integer = value->integer;
	else
		return false;
	if (integer > DIRECTIVE_NUMBER_MAX || integer < -DIRECTIVE_NUMBER_MAX)
		return false;
	*number = (int)integer;
	return true;
}

static void flags_read(struct formatter *formatter, struct directive *directive)
{
	for (; formatter->at < formatter->end; formatter->at++) {
		switch (*formatter->at) {
		case '#':
			directive->sharp = true;
			break;
		case '0':
			directive->zero = !directive->minus;
			break;
		case '+':
			directive->plus = true;
			break;
		case '-':
			directive->minus = true;
			directive->zero = false;
			break;
		case ' ':
			directive->space = true;
			break;
		default:
			return;
		}
	}
}

static bool sign_take(struct formatter *formatter, char sign)
{
	if (formatter->at == formatter->end || *formatter->at != sign)
		return false;
	formatter->at++;
	return true;
}

static void width_read(struct formatter *formatter, struct directive *directive,
		       bool *after_index)
{
	if (!sign_take(formatter, '*')) {
		directive->has_width = number_read(&formatter->at, formatter->end,
						   &directive->width);
		if (*after_index && directive->has_width)
			formatter->numbers_good = false;
		return;
	}
	directive->has_width = argument_read(formatter, &directive->width);
	if (!directive->has_width)
		buf_add_string(formatter->buf, "%!(BADWIDTH)");
	if (directive->width < 0) {
		directive->width = -directive->width;
		directive->minus = true;
		directive->zero = false;
	}
	*after_index = false;
}

static void precision_read(struct formatter *formatter, struct directive *directive,
			   bool *after_index)
{
	if (formatter->end - formatter->at < 2 || !sign_take(formatter, '.'))
		return;
	if (*after_index)
		formatter->numbers_good = false;
	*after_index = index_read(formatter);
	if (!sign_take(formatter, '*')) {
		number_read(&formatter->at, formatter->end, &directive->precision);
		directive->has_precision = true;
		return;
	}
	directive->has_precision = argument_read(formatter, &directive->precision);
	if (directive->precision < 0) {
		directive->precision = 0;
		directive->has_precision = false;
	}
	if (!directive->has_precision)
		buf_add_string(formatter->buf, "%!(BADPREC)");
	*after_index = false;
}

static void verb_print(struct formatter *formatter, struct directive *directive,
		       uint32_t verb)
{
	struct buf *buf = formatter->buf;
	char text[UNICODE_ENCODED_MAX];
	size_t length = unicode_encode(verb, text);

	if (verb == '%') {
		buf_add_char(buf, '%');
		return;
	}
	if (!formatter->numbers_good || formatter->next >= formatter->count) {
		buf_add_string(buf, "%!");
		buf_add(buf, text, length);
		buf_add_string(buf, formatter->numbers_good ? "(MISSING)" : "(BADINDEX)");
		return;
	}
	if (verb == 'v') {
		directive->go_syntax = directive->sharp;
		directive->sharp = false;
		directive->plus = false;
	}
	print_value(formatter->limits, buf, directive, verb,
		    &formatter->values[formatter->next++]);
}

/* Prints a directive, of which the percent sign has been read. False at the end of the
 * format. */
static bool directive_print(struct formatter *formatter)
{
	struct directive directive = {0};
	bool after_index;
	uint32_t verb;
	size_t length;

	formatter->numbers_good = true;
	flags_read(formatter, &directive);
	after_index = index_read(formatter);
	width_read(formatter, &directive, &after_index);
	precision_read(formatter, &directive, &after_index);
	if (!after_index)
		index_read(formatter);
	if (formatter->at == formatter->end) {
		buf_add_string(formatter->buf, "%!(NOVERB)");
		return false;
	}
	verb = unicode_decode(formatter->at, (size_t)(formatter->end - formatter->at),
			      &length);
	formatter->at += length;
	verb_print(formatter, &directive, verb);
	return true;
}

/* Prints the values that the format does not use. */
static void extra_print(const struct formatter *formatter)
{
	static const struct directive plain = {0};

	buf_add_string(formatter->buf, "%!(EXTRA ");
	for (size_t i = formatter->next; i < formatter->count; i++) {
		const struct value *value = &formatter->values[i];

		if (i > formatter->next)
			buf_add_string(formatter->buf, ", ");
		buf_add_string(formatter->buf, value_type_name(value));
		if (value->type == VALUE_NIL || value->type == VALUE_NONE)
			continue;
		buf_add_char(formatter->buf, '=');
		print_value(formatter->limits, formatter->buf, &plain, 'v', value);
	}
	buf_add_char(formatter->buf, ')');
}

void print_format(struct limits *limits, struct buf *buf, struct span format,
		  const struct value *values, size_t count)
{
	struct formatter formatter = {.limits = limits,
				      .buf = buf,
				      .at = format.at,
				      .end = format.at + format.size,
				      .values = values,
				      .count = count};

	while (formatter.at < formatter.end && !buf->overflowed) {
		size_t left = (size_t)(formatter.end - formatter.at);
		const char *percent = memchr(formatter.at, '%', left);
		size_t plain = percent ? (size_t)(percent - formatter.at) : left;

		buf_add(buf, formatter.at, plain);
		formatter.at += plain + !!percent;
		if (percent && !directive_print(&formatter))
			break;
	}
	if (!formatter.reordered && formatter.next < formatter.count)
		extra_print(&formatter);
}
