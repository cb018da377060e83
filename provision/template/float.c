/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Floats in decimal and hexadecimal, as Go's strconv writes them. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provision/template/float.h"

enum {
	MANTISSA_BITS = 52,
	EXPONENT_BIAS = 1023,
	DIGITS_MAX = 17,	   /* are enough for any double */
	SHORTEST_EXPONENT_MAX = 6, /* from this exponent on %g writes it */
};

/* 0.d1d2d3... * 10^point */
struct decimal {
	char digits[DIGITS_MAX + 1];
	int count;
	int point;
};

/* The number rounded to `count` digits, without zeros at the end. */
static void decimal_round(struct decimal *decimal, double number, int count)
{
	char text[DIGITS_MAX + 16]; /* d.ddde-123 */

	snprintf(text, sizeof(text), "%.*e", count - 1, number);
	decimal->digits[0] = text[0];
	for (int i = 1; i < count; i++)
		decimal->digits[i] = text[i + 1];
	while (count > 1 && decimal->digits[count - 1] == '0')
		count--;
	decimal->digits[count] = '\0';
	decimal->count = count;
	decimal->point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
	if (number == 0)
		decimal->count = 0, decimal->point = 0;
}

static double decimal_value(const struct decimal *decimal)
{
	char text[DIGITS_MAX + 16];

	snprintf(text, sizeof(text), "0.%se%d", decimal->digits, decimal->point);
	return strtod(text, NULL);
}

/* The next larger decimal of as many digits; false when it has fewer. */
static bool decimal_increment(struct decimal *decimal, int count)
{
	for (int i = decimal->count; i < count; i++)
		decimal->digits[i] = '0';
	for (int i = count; i > 0; i--) {
		if (decimal->digits[i - 1] != '9') {
			decimal->digits[i - 1]++;
			decimal->digits[i] = '\0';
			decimal->count = i;
			return true;
		}
	}
	return false;
}

/* The fewest digits that give the same number when read. */
static void decimal_shortest(struct decimal *decimal, double number)
{
	int exponent;
	bool is_power = frexp(number, &exponent) == 0.5;

	for (int count = 1; count <= DIGITS_MAX; count++) {
		struct decimal above;

		decimal_round(decimal, number, count);
		if (decimal_value(decimal) == number)
			return;
		/* Above a power of two its neighbours are twice as far away as below,
		 * so a decimal that is not the nearest may still be near enough. */
		above = *decimal;
		if (is_power && decimal_increment(&above, count) &&
		    decimal_value(&above) == number) {
			*decimal = above;
			return;
		}
	}
}

static void exponent_add(struct buf *buf, const struct decimal *decimal, char letter)
{
	int exponent = decimal->count ? decimal->point - 1 : 0;

	buf_add_char(buf, decimal->count ? decimal->digits[0] : '0');
	if (decimal->count > 1) {
		buf_add_char(buf, '.');
		buf_add(buf, decimal->digits + 1, (size_t)decimal->count - 1);
	}
	buf_format(buf, "%c%c%02d", letter, exponent < 0 ? '-' : '+', abs(exponent));
}

static void fixed_add(struct buf *buf, const struct decimal *decimal)
{
	if (decimal->point <= 0)
		buf_add_char(buf, '0');
	for (int i = 0; i < decimal->point; i++)
		buf_add_char(buf, i < decimal->count ? decimal->digits[i] : '0');
	if (decimal->count <= decimal->point)
		return;
	buf_add_char(buf, '.');
	for (int i = decimal->point; i < decimal->count; i++)
		buf_add_char(buf, i < 0 ? '0' : decimal->digits[i]);
}

static void shortest_add(struct buf *buf, double number, char verb)
{
	struct decimal decimal = {0};
	int exponent;

	decimal_shortest(&decimal, number);
	exponent = decimal.point - 1;
	if (verb == 'e' || verb == 'E')
		exponent_add(buf, &decimal, verb);
	else if (verb != 'f' && (exponent < -4 || exponent >= SHORTEST_EXPONENT_MAX))
		exponent_add(buf, &decimal, verb == 'G' ? 'E' : 'e');
	else
		fixed_add(buf, &decimal);
}

static void precise_add(struct buf *buf, double number, char verb, int precision)
{
	switch (verb) {
	case 'e':
		buf_format(buf, "%.*e", precision, number);
		break;
	case 'E':
		buf_format(buf, "%.*E", precision, number);
		break;
	case 'g':
		buf_format(buf, "%.*g", precision, number);
		break;
	case 'G':
		buf_format(buf, "%.*G", precision, number);
		break;
	default:
		buf_format(buf, "%.*f", precision, number);
	}
}

/* number = mantissa * 2^(exponent - MANTISSA_BITS); the number is not negative. */
static uint64_t number_split(double number, int *exponent)
{
	uint64_t bits, mantissa;

	memcpy(&bits, &number, sizeof(bits));
	mantissa = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
	*exponent = (int)(bits >> MANTISSA_BITS) - EXPONENT_BIAS;
	if (bits >> MANTISSA_BITS)
		mantissa |= UINT64_C(1) << MANTISSA_BITS;
	else
		*exponent = 1 - EXPONENT_BIAS;
	return mantissa;
}

static void binary_add(struct buf *buf, double number)
{
	int exponent;
	uint64_t mantissa = number_split(number, &exponent);

	buf_format(buf, "%" PRIu64 "p%+d", mantissa, exponent - MANTISSA_BITS);
}

/* Rounds a fraction of 60 bits, with the bit before the point above them, to `digits`
 * hexadecimal digits; halves go to the even neighbour. */
static uint64_t fraction_round(uint64_t fraction, unsigned int digits)
{
	unsigned int dropped = 60 - 4 * digits;
	uint64_t half = UINT64_C(1) << (dropped - 1);
	uint64_t rest = fraction & (2 * half - 1);
	uint64_t kept = fraction >> dropped;

	if (rest > half || (rest == half && (kept & 1)))
		kept++;
	return kept << dropped;
}

static void hexadecimal_add(struct buf *buf, double number, char verb, int precision)
{
	const char *digits = verb == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
	const uint64_t one = UINT64_C(1) << 60;
	int exponent;
	uint64_t fraction = number_split(number, &exponent) << (60 - MANTISSA_BITS);

	if (!fraction)
		exponent = 0;
	for (; fraction && !(fraction & one); fraction <<= 1)
		exponent--;
	if (precision >= 0 && precision < 15)
		fraction = fraction_round(fraction, (unsigned int)precision);
	if (fraction & (one << 1)) {
		fraction >>= 1;
		exponent++;
	}
	buf_format(buf, "0%c%d", verb, (fraction & one) ? 1 : 0);
	fraction &= one - 1;
	if (precision > 0 || (precision < 0 && fraction))
		buf_add_char(buf, '.');
	for (int i = 0; precision < 0 ? fraction != 0 : i < precision; i++) {
		buf_add_char(buf, digits[fraction >> 56 & 15]);
		fraction = fraction << 4 & (one - 1);
	}
	buf_format(buf, "%c%c%02d", verb == 'x' ? 'p' : 'P', exponent < 0 ? '-' : '+',
		   abs(exponent));
}

void float_add(struct buf *buf, double number, char verb, int precision)
{
	if (isnan(number)) {
		buf_add_string(buf, "NaN");
		return;
	}
	if (isinf(number)) {
		buf_add_string(buf, number < 0 ? "-Inf" : "+Inf");
		return;
	}
	if (signbit(number)) {
		buf_add_char(buf, '-');
		number = -number;
	}
	if (verb == 'b')
		binary_add(buf, number);
	else if (verb == 'x' || verb == 'X')
		hexadecimal_add(buf, number, verb, precision);
	else if (precision == FLOAT_SHORTEST)
		shortest_add(buf, number, verb);
	else
		precise_add(buf, number, verb, precision);
}
