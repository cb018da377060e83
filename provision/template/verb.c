/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalars in the format of a printf verb with its flags, as Go's fmt writes them. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/float.h"
#include "provision/template/quote.h"
#include "provision/template/unicode.h"
#include "provision/template/verb.h"

/* The character `count` times. */
static void verb_fill(struct buf *buf, char c, size_t count)
{
	char *room = buf_room(buf, count);

	if (!room)
		return;
	memset(room, c, count);
	buf_filled(buf, count);
}

/* Pads to the width, on the left with zeros if `zero` says so, whatever the flag. */
static void verb_pad_with(struct buf *buf, const struct directive *directive,
			  struct span text, bool zero)
{
	size_t width = directive->has_width ? (size_t)directive->width : 0;
	size_t count = width ? unicode_count(text.at, text.size) : 0;
	size_t missing = count < width ? width - count : 0;

	if (!directive->minus)
		verb_fill(buf, zero ? '0' : ' ', missing);
	buf_add(buf, text.at, text.size);
	if (directive->minus)
		verb_fill(buf, ' ', missing);
}

void verb_pad(struct buf *buf, const struct directive *directive, struct span text)
{
	verb_pad_with(buf, directive, text, directive->zero);
}

/* "U+0041", with '#' "U+0041 'A'" */
static void unicode_add(struct buf *buf, const struct directive *directive,
			uint64_t point)
{
	CLEANUP(buf_free) struct buf text = {0};
	int digits = directive->has_precision && directive->precision > 4
			     ? directive->precision
			     : 4;

	buf_format(&text, "U+%0*llX", digits, (unsigned long long)point);
	if (directive->sharp && point <= UNICODE_MAX &&
	    unicode_is_print((uint32_t)point)) {
		char encoded[UNICODE_ENCODED_MAX];

		buf_add_string(&text, " '");
		buf_add(&text, encoded, unicode_encode(point, encoded));
		buf_add_char(&text, '\'');
	}
	verb_pad_with(buf, directive, (struct span){text.data, text.size}, false);
}

static void character_add(struct buf *buf, const struct directive *directive,
			  uint64_t point)
{
	char encoded[UNICODE_ENCODED_MAX];

	verb_pad(buf, directive, (struct span){encoded, unicode_encode(point, encoded)});
}

static void quoted_point_add(struct buf *buf, const struct directive *directive,
			     uint64_t point)
{
	CLEANUP(buf_free) struct buf text = {0};

	quote_point(&text, point, directive->plus);
	verb_pad(buf, directive, (struct span){text.data, text.size});
}

/* The digits of a number, the last one first. */
static void digits_add_reversed(struct buf *buf, uint64_t number, unsigned int base,
				bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	do
		buf_add_char(buf, digits[number % base]);
	while (number /= base);
}

static void prefix_add_reversed(struct buf *text, const struct directive *directive,
				unsigned int base, uint32_t verb)
{
	if (directive->sharp && base == 2)
		buf_add_string(text, "b0");
	else if (directive->sharp && base == 8 && text->data[text->size - 1] != '0')
		buf_add_char(text, '0');
	else if (directive->sharp && base == 16)
		buf_add_string(text, verb == 'X' ? "X0" : "x0");
	if (verb == 'O')
		buf_add_string(text, "o0");
}

static void integer_add(struct buf *buf, const struct directive *directive,
			uint64_t number, bool negative, unsigned int base, uint32_t verb)
{
	CLEANUP(buf_free) struct buf text = {0};
	bool sign = negative || directive->plus || directive->space;
	size_t digits = 0;

	if (directive->has_precision) {
		digits = (size_t)directive->precision;
		if (!digits && !number) {
			verb_fill(buf, ' ',
				  directive->has_width ? (size_t)directive->width : 0);
			return;
		}
	} else if (directive->zero && directive->has_width) {
		digits = (size_t)directive->width;
		digits -= digits && sign;
	}
	digits_add_reversed(&text, number, base, verb == 'X');
	if (digits > text.size)
		verb_fill(&text, '0', digits - text.size);
	prefix_add_reversed(&text, directive, base, verb);
	if (sign)
		buf_add_char(&text, negative ? '-' : directive->plus ? '+' : ' ');
	for (size_t i = 0; i < text.size / 2; i++) {
		char c = text.data[i];

		text.data[i] = text.data[text.size - 1 - i];
		text.data[text.size - 1 - i] = c;
	}
	verb_pad_with(buf, directive, (struct span){text.data, text.size}, false);
}

static bool verb_integer(struct buf *buf, const struct directive *directive,
			 uint32_t verb, uint64_t number, bool is_signed)
{
	bool negative = is_signed && (int64_t)number < 0;
	uint64_t magnitude = negative ? 0 - number : number;
	struct directive go_syntax = *directive;

	switch (verb) {
	case 'v':
		go_syntax.sharp = directive->go_syntax && !is_signed;
		integer_add(buf, &go_syntax, magnitude, negative,
			    go_syntax.sharp ? 16 : 10, verb);
		return true;
	case 'd':
		integer_add(buf, directive, magnitude, negative, 10, verb);
		return true;
	case 'b':
		integer_add(buf, directive, magnitude, negative, 2, verb);
		return true;
	case 'o':
	case 'O':
		integer_add(buf, directive, magnitude, negative, 8, verb);
		return true;
	case 'x':
	case 'X':
		integer_add(buf, directive, magnitude, negative, 16, verb);
		return true;
	case 'c':
		character_add(buf, directive, number);
		return true;
	case 'q':
		quoted_point_add(buf, directive, number);
		return true;
	case 'U':
		unicode_add(buf, directive, number);
		return true;
	default:
		return false;
	}
}

/* For the flag '#': adds a decimal point if there is none, and zeros up to the precision.
 * `text` is a number without sign. */
static void float_sharpen(struct buf *text, uint32_t verb, int precision)
{
	CLEANUP(buf_free) struct buf tail = {0};
	bool hex = verb == 'x' || verb == 'X', point = false, significant = false;
	bool counts = verb == 'v' || verb == 'g' || verb == 'G' || verb == 'x';
	int digits = !counts ? 0 : precision < 0 ? 6 : precision;
	size_t end = strcspn(text->data, hex ? "pP" : "eE");

	buf_add_string(&tail, text->data + end);
	text->size = end;
	text->data[end] = '\0';
	for (size_t i = 0; i < end; i++) {
		point |= text->data[i] == '.';
		significant |= text->data[i] != '0' && text->data[i] != '.';
		digits -= significant && text->data[i] != '.';
	}
	if (!point) {
		digits -= !strcmp(text->data, "0");
		buf_add_char(text, '.');
	}
	if (digits > 0)
		verb_fill(text, '0', (size_t)digits);
	buf_add(text, buf_text(&tail), tail.size);
}

static void float_format(struct buf *buf, const struct directive *directive,
			 double number, uint32_t verb, int precision)
{
	CLEANUP(buf_free) struct buf text = {0};
	char letter = verb == 'v' ? 'g' : (char)verb;
	size_t width = directive->has_width ? (size_t)directive->width : 0;
	bool special, unsigned_nan;
	char sign = '+';

	if (directive->has_precision)
		precision = directive->precision;
	float_add(&text, number, letter, precision);
	if (text.data[0] == '-' || text.data[0] == '+') {
		sign = text.data[0];
		memmove(text.data, text.data + 1, text.size--);
	}
	special = text.data[0] == 'I' || text.data[0] == 'N';
	unsigned_nan = text.data[0] == 'N' && !directive->space && !directive->plus;
	if (directive->sharp && verb != 'b' && !special)
		float_sharpen(&text, letter, precision);
	if (sign == '+' && directive->space && !directive->plus)
		sign = ' ';
	if (unsigned_nan || (sign == '+' && !directive->plus && text.data[0] != 'I')) {
		verb_pad_with(buf, directive, (struct span){text.data, text.size},
			      directive->zero && !special);
		return;
	}
	if (directive->zero && !special && width > text.size + 1) {
		buf_add_char(buf, sign);
		verb_fill(buf, '0', width - text.size - 1);
		buf_add(buf, text.data, text.size);
		return;
	}
	buf_room(&text, 1);
	memmove(text.data + 1, text.data, text.size + 1);
	text.data[0] = sign;
	verb_pad_with(buf, directive, (struct span){text.data, text.size + 1},
		      directive->zero && !special);
}

static bool verb_float(struct buf *buf, const struct directive *directive, uint32_t verb,
		       double number)
{
	switch (verb) {
	case 'v':
	case 'b':
	case 'g':
	case 'G':
	case 'x':
	case 'X':
		float_format(buf, directive, number, verb, FLOAT_SHORTEST);
		return true;
	case 'f':
	case 'F':
		float_format(buf, directive, number, 'f', 6);
		return true;
	case 'e':
	case 'E':
		float_format(buf, directive, number, verb, 6);
		return true;
	default:
		return false;
	}
}

static struct span truncated(const struct directive *directive, struct span text)
{
	if (directive->has_precision)
		text.size = unicode_prefix(text.at, text.size,
					   (size_t)directive->precision);
	return text;
}

void verb_text(struct buf *buf, const struct directive *directive, struct span text)
{
	verb_pad(buf, directive, truncated(directive, text));
}

static void quoted_add(struct buf *buf, const struct directive *directive,
		       struct span text)
{
	CLEANUP(buf_free) struct buf quoted = {.max_size = buf->max_size};

	text = truncated(directive, text);
	if (directive->sharp && quote_raw_possible(text.at, text.size)) {
		buf_add_char(&quoted, '`');
		buf_add(&quoted, text.at, text.size);
		buf_add_char(&quoted, '`');
	} else {
		quote_text(&quoted, text.at, text.size, directive->plus);
	}
	buf->overflowed |= quoted.overflowed;
	verb_pad(buf, directive, (struct span){buf_text(&quoted), quoted.size});
}

/* Bytes in hexadecimal: "666f", "% x" -> "66 6f", "%#x" -> "0x666f". */
static void hex_add(struct buf *buf, const struct directive *directive, struct span text,
		    bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	CLEANUP(buf_free) struct buf hex = {.max_size = buf->max_size};

	if (directive->has_precision && (size_t)directive->precision < text.size)
		text.size = (size_t)directive->precision;
	for (size_t i = 0; i < text.size && !hex.overflowed; i++) {
		uint8_t byte = (uint8_t)text.at[i];

		if (i && directive->space)
			buf_add_char(&hex, ' ');
		if (directive->sharp && (!i || directive->space))
			buf_add_string(&hex, upper ? "0X" : "0x");
		buf_add_char(&hex, digits[byte >> 4]);
		buf_add_char(&hex, digits[byte & 15]);
	}
	buf->overflowed |= hex.overflowed;
	verb_pad(buf, directive, (struct span){buf_text(&hex), hex.size});
}

static bool text_verb(struct buf *buf, const struct directive *directive, uint32_t verb,
		      struct span text)
{
	if (verb == 'q' || (verb == 'v' && directive->go_syntax))
		quoted_add(buf, directive, text);
	else if (verb == 'v' || verb == 's')
		verb_text(buf, directive, text);
	else if (verb == 'x' || verb == 'X')
		hex_add(buf, directive, text, verb == 'X');
	else
		return false;
	return true;
}

bool verb_scalar(struct buf *buf, const struct directive *directive, uint32_t verb,
		 const struct value *value)
{
	switch (value->type) {
	case VALUE_BOOL:
		if (verb != 't' && verb != 'v')
			return false;
		verb_pad(buf, directive, value->truth ? SPAN("true") : SPAN("false"));
		return true;
	case VALUE_INT:
		return verb_integer(buf, directive, verb, (uint64_t)value->integer, true);
	case VALUE_BYTE:
	case VALUE_UINT:
		return verb_integer(buf, directive, verb, value->natural, false);
	case VALUE_FLOAT:
		return verb_float(buf, directive, verb, value->real);
	case VALUE_STRING:
		return text_verb(buf, directive, verb, value->text);
	default:
		return false;
	}
}
