/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses numbers, with checks. */
#define _GNU_SOURCE
#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/num.h"

/* Reads leading digits. Returns the text after them; NULL if there are none or too many.
 */
static const char *digits_parse(const char *text, uint64_t *value)
{
	uint64_t number = 0;

	if (!isdigit((unsigned char)*text))
		return NULL;
	for (; isdigit((unsigned char)*text); text++) {
		if (__builtin_mul_overflow(number, (uint64_t)10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*text - '0'), &number))
			return NULL;
	}
	*value = number;
	return text;
}

int num_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value,
	      struct error *error)
{
	uint64_t number;
	const char *rest = digits_parse(text, &number);

	if (!rest || *rest)
		return error_set(error, "not a number: \"%s\"", text);
	if (number < min || number > max)
		return error_set(error, "%s is not from %" PRIu64 " to %" PRIu64, text,
				 min, max);
	*value = number;
	return 0;
}

static const char units[] = "BKMGTP";

static int unit_parse(const char *text, uint64_t default_unit, uint64_t *unit)
{
	const char *letter;

	while (*text == ' ')
		text++;
	if (!*text) {
		*unit = default_unit;
		return 0;
	}
	letter = strchr(units, toupper((unsigned char)*text));
	if (!letter)
		return -1;
	text++;
	if (letter != units && *text && strcasecmp(text, "B") && strcasecmp(text, "iB"))
		return -1;
	if (letter == units && *text)
		return -1;
	*unit = UINT64_C(1) << (10 * (letter - units));
	return 0;
}

int num_parse_size(const char *text, uint64_t default_unit, uint64_t *size_bytes,
		   struct error *error)
{
	uint64_t number, unit, size;
	const char *rest = digits_parse(text, &number);

	if (!rest || unit_parse(rest, default_unit, &unit) < 0)
		return error_set(error, "not a size: \"%s\"", text);
	if (__builtin_mul_overflow(number, unit, &size) || size > INT64_MAX)
		return error_set(error, "size is too large: \"%s\"", text);
	*size_bytes = size;
	return 0;
}

const char *num_size_text(uint64_t size_bytes, char text[static NUM_SIZE_TEXT_MAX])
{
	double size = (double)size_bytes;
	size_t unit = 0;

	while (size >= 1024 && unit + 2 < sizeof(units)) {
		size /= 1024;
		unit++;
	}
	if (unit == 0)
		snprintf(text, NUM_SIZE_TEXT_MAX, "%" PRIu64 " B", size_bytes);
	else
		snprintf(text, NUM_SIZE_TEXT_MAX, "%.1f %ciB", size, units[unit]);
	return text;
}
