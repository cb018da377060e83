/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalars in the format of a printf verb with its flags, as Go's fmt writes them. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "provision/template/quote.h"
#include "provision/template/unicode.h"
#include "provision/template/verb.h"

void verb_fill(struct buf *buf, char c, size_t count)
{
	char *room = buf_room(buf, count);

	if (!room)
		return;
	memset(room, c, count);
	buf_filled(buf, count);
}

void verb_pad_with(struct buf *buf, const struct directive *directive, struct span text,
		   bool zero)
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
