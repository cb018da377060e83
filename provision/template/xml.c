/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters and names of XML: https://www.w3.org/TR/xml/#charsets and #NT-Name. */
#include "common/mem.h"
#include "provision/template/unicode.h"
#include "provision/template/xml.h"

static const struct unicode_range name_starts[] = {
	{':', ':'},	  {'A', 'Z'},	    {'_', '_'},	      {'a', 'z'},
	{0xc0, 0xd6},	  {0xd8, 0xf6},	    {0xf8, 0x2ff},    {0x370, 0x37d},
	{0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
	{0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
};
static const struct unicode_range name_others[] = {
	{0xb7, 0xb7}, {0x300, 0x36f}, {0x203f, 0x2040}};

static bool in_ranges(uint32_t point, const struct unicode_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

/* ASCII: 2 may begin a name, 1 may go on. */
static const uint8_t ascii[0x80] = {
	['-' ... '.'] = 1, ['0' ... '9'] = 1, [':'] = 2,
	['A' ... 'Z'] = 2, ['_'] = 2,	      ['a' ... 'z'] = 2,
};

static bool is_name_start(uint32_t point)
{
	if (point < 0x80)
		return ascii[point] == 2;
	return in_ranges(point, name_starts, ARRAY_LENGTH(name_starts));
}

static bool is_name_char(uint32_t point)
{
	if (point < 0x80)
		return ascii[point];
	return is_name_start(point) ||
	       in_ranges(point, name_others, ARRAY_LENGTH(name_others));
}

bool xml_is_char(uint32_t point)
{
	if (point < ' ')
		return point == '\t' || point == '\n' || point == '\r';
	return unicode_is_point(point) && point != 0xfffe && point != 0xffff;
}

size_t xml_find_bad(struct span text, uint32_t *point)
{
	size_t length;

	for (size_t at = 0; at < text.size; at += length) {
		uint8_t byte = (uint8_t)text.at[at];

		length = 1;
		if (byte >= ' ' && byte < 0x80)
			continue;
		*point = unicode_decode(text.at + at, text.size - at, &length);
		if (!xml_is_char(*point) ||
		    (*point == UNICODE_REPLACEMENT && length == 1))
			return at;
	}
	return text.size;
}

/* The length of the characters of names at the beginning of the text. */
static size_t name_part_length(struct span text)
{
	size_t at = 0, length;

	while (at < text.size) {
		uint8_t byte = (uint8_t)text.at[at];
		uint32_t point;

		if (byte < 0x80) {
			if (!ascii[byte])
				break;
			at++;
			continue;
		}
		point = unicode_decode(text.at + at, text.size - at, &length);
		/* A byte that is no UTF-8 is decoded as a character of names. */
		if (length == 1 || !is_name_char(point))
			break;
		at += length;
	}
	return at;
}

size_t xml_name_length(struct span text)
{
	size_t length;

	if (!text.size || !is_name_start(unicode_decode(text.at, text.size, &length)))
		return 0;
	return name_part_length(text);
}

bool xml_is_name_part(struct span text)
{
	return name_part_length(text) == text.size;
}
