/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code points: UTF-8 as Go reads and writes it, and kinds of characters. */
#include "common/text.h"
#include "provision/template/unicode.h"

uint32_t unicode_decode(const char *text, size_t size, size_t *length)
{
	const uint8_t *bytes = (const uint8_t *)text;
	static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t point;

	*length = text_utf8_length(text, size);
	if (!*length) {
		*length = 1;
		return UNICODE_REPLACEMENT;
	}
	point = bytes[0] & lead_bits[*length];
	for (size_t i = 1; i < *length; i++)
		point = point << 6 | (bytes[i] & 0x3f);
	return point;
}

bool unicode_is_point(uint64_t point)
{
	return point <= UNICODE_MAX && (point < 0xd800 || point > 0xdfff);
}

size_t unicode_encode(uint64_t point, char text[static UNICODE_ENCODED_MAX])
{
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t length;

	if (!unicode_is_point(point))
		point = UNICODE_REPLACEMENT;
	if (point < 0x80) {
		text[0] = (char)point;
		return 1;
	}
	length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--) {
		text[i] = (char)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	text[0] = (char)(lead[length] | point);
	return length;
}

size_t unicode_prefix(const char *text, size_t size, size_t points)
{
	size_t at = 0, length;

	for (; points && at < size; points--) {
		unicode_decode(text + at, size - at, &length);
		at += length;
	}
	return at;
}

size_t unicode_count(const char *text, size_t size)
{
	size_t count = 0, length;

	for (size_t at = 0; at < size; at += length) {
		unicode_decode(text + at, size - at, &length);
		count++;
	}
	return count;
}

static bool in_ranges(uint32_t point, const struct unicode_range *ranges, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (point < ranges[middle].first)
			high = middle;
		else if (point > ranges[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

bool unicode_is_letter(uint32_t point)
{
	if (point < 0x80)
		return (point | 0x20) >= 'a' && (point | 0x20) <= 'z';
	return in_ranges(point, unicode_letters, unicode_letters_count);
}

bool unicode_is_digit(uint32_t point)
{
	if (point < 0x80)
		return point >= '0' && point <= '9';
	return in_ranges(point, unicode_digits, unicode_digits_count);
}

bool unicode_is_print(uint32_t point)
{
	if (point < 0x80)
		return point >= ' ' && point < 0x7f;
	return in_ranges(point, unicode_printable, unicode_printable_count);
}
