/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Number literals: https://go.dev/ref/spec#Integer_literals and the sections after. */
#define _GNU_SOURCE
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/template/number.h"
#include "provision/template/quote.h"

/* 99 when it is not a digit in any base. */
static int digit_value(char c)
{
	int value = text_hex_digit(c);

	return value < 0 ? 99 : value;
}

static bool is_sign(char c)
{
	return c == '+' || c == '-';
}

/* The base that the prefix says; removes the prefix. */
static unsigned int base_take(struct span *text)
{
	char letter = text->size >= 3 ? text->at[1] | 0x20 : '\0';
	size_t prefix = 2;
	unsigned int base;

	if (!text->size || text->at[0] != '0')
		return 10;
	if (letter == 'x') {
		base = 16;
	} else if (letter == 'b') {
		base = 2;
	} else if (letter == 'o') {
		base = 8;
	} else {
		base = 8;
		prefix = 1;
	}
	text->at += prefix;
	text->size -= prefix;
	return base;
}

/* An underscore must be between digits, or between a prefix and a digit. */
static bool underscores_are_right(struct span text)
{
	char before = '\0';
	bool hex = false;

	if (text.size && is_sign(text.at[0]))
		text.at++, text.size--;
	if (text.size >= 2 && text.at[0] == '0' && strchr("bBoOxX", text.at[1])) {
		hex = (text.at[1] | 0x20) == 'x';
		before = '0';
		text.at += 2;
		text.size -= 2;
	}
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i];

		if (digit_value(c) < (hex ? 16 : 10)) {
			before = '0';
		} else if (c == '_') {
			if (before != '0')
				return false;
			before = '_';
		} else {
			if (before == '_')
				return false;
			before = '\0';
		}
	}
	return before != '_';
}

/* An integer without sign. */
static int integer_read(struct span text, uint64_t *integer)
{
	struct span digits = text;
	unsigned int base = base_take(&digits);
	uint64_t sum = 0;

	if (!text.size || !underscores_are_right(text))
		return -1;
	for (size_t i = 0; i < digits.size; i++) {
		int digit = digit_value(digits.at[i]);

		if (digits.at[i] == '_')
			continue;
		if (digit >= (int)base ||
		    __builtin_mul_overflow(sum, (uint64_t)base, &sum) ||
		    __builtin_add_overflow(sum, (uint64_t)digit, &sum))
			return -1;
	}
	*integer = sum;
	return 0;
}

/* Skips digits and underscores. Returns whether there was a digit. */
static bool digits_skip(struct span *text, int base)
{
	bool any = false;

	while (text->size && (*text->at == '_' || digit_value(*text->at) < base)) {
		any |= *text->at != '_';
		text->at++;
		text->size--;
	}
	return any;
}

static bool take(struct span *text, char lower)
{
	if (!text->size || (*text->at | 0x20) != lower)
		return false;
	text->at++;
	text->size--;
	return true;
}

static bool sign_take(struct span *text)
{
	return take(text, '+') || take(text, '-');
}

/* A hexadecimal float must have an exponent. */
static bool is_float(struct span text)
{
	bool any, hex;

	sign_take(&text);
	hex = text.size > 2 && text.at[0] == '0' && (text.at[1] | 0x20) == 'x';
	if (hex)
		text.at += 2, text.size -= 2;
	any = digits_skip(&text, hex ? 16 : 10);
	if (take(&text, '.'))
		any |= digits_skip(&text, hex ? 16 : 10);
	if (!any)
		return false;
	if (!take(&text, hex ? 'p' : 'e'))
		return !hex && !text.size;
	sign_take(&text);
	return digits_skip(&text, 10) && !text.size;
}

static int float_read(struct span text, double *real)
{
	CLEANUP(buf_free) struct buf digits = {0};
	double number;

	if (!is_float(text) || !underscores_are_right(text))
		return -1;
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] != '_')
			buf_add_char(&digits, text.at[i]);
	number = strtod(buf_text(&digits), NULL);
	if (isinf(number))
		return -1;
	*real = number;
	return 0;
}

static int number_fail(struct span text, const char *reason, struct error *error)
{
	CLEANUP(buf_free) struct buf quoted = {0};

	quote_text(&quoted, text.at, text.size, false);
	return error_set(error, "%s: %s", reason, buf_text(&quoted));
}

static bool contains(struct span text, const char *characters)
{
	for (size_t i = 0; i < text.size; i++)
		if (strchr(characters, text.at[i]))
			return true;
	return false;
}

/* A literal that looks like a float, whatever its value. */
static bool looks_like_float(struct span text)
{
	bool hex = text.size > 2 && text.at[0] == '0' && (text.at[1] | 0x20) == 'x';

	return contains(text, ".eEpP") && (!hex || contains(text, "pP"));
}

/* Reads an integer; -1 when it is not one, or too large for any type. */
static int integer_value(struct span text, struct value *value, bool *overflows)
{
	bool negative = text.size && text.at[0] == '-';
	bool sign = text.size && is_sign(text.at[0]);
	struct span digits = {text.at + sign, text.size - sign};
	uint64_t integer;

	if (integer_read(digits, &integer) < 0)
		return -1;
	if (integer > (uint64_t)INT64_MAX + negative) {
		if (sign)
			return -1;
		*overflows = true;
	}
	*value = value_int((int64_t)(negative ? 0 - integer : integer));
	return 0;
}

int number_read(const char *literal, size_t size, struct value *value, bool *overflows,
		struct error *error)
{
	struct span text = {literal, size};
	double real;

	*overflows = false;
	if (integer_value(text, value, overflows) == 0) {
		/* Go's rule does not see the prefix of a hexadecimal number after a
		 * sign. */
		if (looks_like_float(text))
			*value = (struct value){.type = VALUE_FLOAT,
						.real = (double)value->integer};
		return 0;
	}
	if (float_read(text, &real) < 0)
		return number_fail(text, "illegal number syntax", error);
	if (!contains(text, ".eEpP"))
		return number_fail(text, "integer overflow", error);
	*value = (struct value){.type = VALUE_FLOAT, .real = real};
	return 0;
}
