/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML output: the place in the document that it has reached, and values escaped for that
 * place. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "provision/template/escape.h"
#include "provision/template/unicode.h"

/* How far back a shape is searched; what is not found may be there. */
enum { REFERENCE_LOOKED_AT = 64, TAG_LOOKED_AT = 1024 };

/* Characters that may be in a name, https://www.w3.org/TR/xml/#NT-NameChar. */
static const struct unicode_range name_characters[] = {
	{'-', '.'},	  {'0', ':'},	      {'A', 'Z'},	{'_', '_'},
	{'a', 'z'},	  {0xb7, 0xb7},	      {0xc0, 0xd6},	{0xd8, 0xf6},
	{0xf8, 0x37d},	  {0x37f, 0x1fff},    {0x200c, 0x200d}, {0x203f, 0x2040},
	{0x2070, 0x218f}, {0x2c00, 0x2fef},   {0x3001, 0xd7ff}, {0xf900, 0xfdcf},
	{0xfdf0, 0xfffd}, {0x10000, 0xeffff},
};

static bool is_name_character(uint32_t point)
{
	for (size_t i = 0; i < ARRAY_LENGTH(name_characters); i++)
		if (point >= name_characters[i].first && point <= name_characters[i].last)
			return true;
	return false;
}

/* Whether every character of the text, which is UTF-8, is allowed in a name. Some of them
 * are not allowed as its first character. */
static bool is_name_part(struct span text)
{
	size_t length;

	for (size_t at = 0; at < text.size; at += length)
		if (!is_name_character(
			    unicode_decode(text.at + at, text.size - at, &length)))
			return false;
	return true;
}

/* Whether a document can hold the code point, https://www.w3.org/TR/xml/#charsets. */
static bool is_char(uint32_t point)
{
	if (point < ' ')
		return point == '\t' || point == '\n' || point == '\r';
	return unicode_is_point(point) && point != 0xfffe && point != 0xffff;
}

/* The offset of the first byte that does not begin a character of XML; the size when
 * there is none. `*point` is set to the code point found there, or to UNICODE_REPLACEMENT
 * when it is not UTF-8. */
static size_t find_bad(struct span text, uint32_t *point)
{
	size_t length;

	for (size_t at = 0; at < text.size; at += length) {
		uint8_t byte = (uint8_t)text.at[at];

		length = 1;
		if (byte >= ' ' && byte < 0x80)
			continue;
		*point = unicode_decode(text.at + at, text.size - at, &length);
		if (!is_char(*point) || (*point == UNICODE_REPLACEMENT && length == 1))
			return at;
	}
	return text.size;
}

static void place_enter(struct escaper *escaper, enum xml_place place)
{
	escaper->place = place;
	escaper->tail = 0;
}

/* A byte after "<!", until it is known what begins. */
static void bang_scan(struct escaper *escaper, char c)
{
	static const char comment[] = "--", cdata[] = "[CDATA[";
	const char *expected = escaper->opening[0] == '-' ? comment : cdata;

	if (escaper->opening_size == 0)
		expected = c == '-' ? comment : cdata;
	escaper->opening[escaper->opening_size++] = c;
	if (c != expected[escaper->opening_size - 1]) {
		place_enter(escaper, c == '>' ? XML_TEXT : XML_DECLARATION);
	} else if (!expected[escaper->opening_size]) {
		place_enter(escaper, expected == comment ? XML_COMMENT : XML_CDATA);
	}
}

/* A byte where `marks` times `mark` and ">" are the end. */
static void marked_scan(struct escaper *escaper, char c, char mark, size_t marks)
{
	escaper->opening_size = 0;
	if (c == '>' && escaper->tail >= marks)
		place_enter(escaper, XML_TEXT);
	else if (c == mark)
		escaper->tail++;
	else
		escaper->tail = 0;
}

static void tag_scan(struct escaper *escaper, char c)
{
	if (c == '>')
		place_enter(escaper, XML_TEXT);
	else if (c == '"')
		place_enter(escaper, XML_DOUBLE);
	else if (c == '\'')
		place_enter(escaper, XML_SINGLE);
	else
		place_enter(escaper, XML_TAG);
}

static void opened_scan(struct escaper *escaper, char c)
{
	escaper->opening_size = 0;
	if (c == '!')
		place_enter(escaper, XML_BANG);
	else if (c == '?')
		place_enter(escaper, XML_INSTRUCTION);
	else
		tag_scan(escaper, c);
}

static void byte_scan(struct escaper *escaper, char c)
{
	switch (escaper->place) {
	case XML_TEXT:
		if (c == '<')
			place_enter(escaper, XML_OPENED);
		break;
	case XML_OPENED:
		opened_scan(escaper, c);
		break;
	case XML_TAG:
		tag_scan(escaper, c);
		break;
	case XML_DOUBLE:
	case XML_SINGLE:
		if (c == (escaper->place == XML_DOUBLE ? '"' : '\''))
			place_enter(escaper, XML_TAG);
		break;
	case XML_BANG:
		bang_scan(escaper, c);
		break;
	case XML_COMMENT:
		marked_scan(escaper, c, '-', 2);
		break;
	case XML_CDATA:
		marked_scan(escaper, c, ']', 2);
		break;
	case XML_INSTRUCTION:
		marked_scan(escaper, c, '?', 1);
		break;
	case XML_DECLARATION:
		if (c == '>')
			place_enter(escaper, XML_TEXT);
		break;
	}
}

/* The number of bytes that do not change the place. */
static size_t run_length(enum xml_place place, const char *text, size_t size)
{
	static const char ends[] = {
		[XML_TEXT] = '<', [XML_DOUBLE] = '"', [XML_SINGLE] = '\''};
	const char *end;

	if (place == XML_TAG) {
		size_t length = 0;

		while (length < size && text[length] != '>' && text[length] != '"' &&
		       text[length] != '\'')
			length++;
		return length;
	}
	if (place != XML_TEXT && place != XML_DOUBLE && place != XML_SINGLE)
		return 0;
	end = memchr(text, ends[place], size);
	return end ? (size_t)(end - text) : size;
}

void escape_markup(struct escaper *escaper, struct buf *buf, struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		i += run_length(escaper->place, text.at + i, text.size - i);
		if (i < text.size)
			byte_scan(escaper, text.at[i]);
	}
	buf_add(buf, text.at, text.size);
}

/* The reference to write for a byte, NULL when the byte itself is allowed. */
static const char *reference(char c, char quote)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;";
	case '\n':
		return quote ? "&#10;" : NULL;
	case '\t':
		return quote ? "&#9;" : NULL;
	case '"':
		return quote == '"' || quote == 'a' ? "&quot;" : NULL;
	case '\'':
		return quote == '\'' || quote == 'a' ? "&apos;" : NULL;
	default:
		return NULL;
	}
}

/* `quote` is the quote of the attribute, 'a' when it is not known, NUL for text. */
static void references_add(struct buf *buf, struct span text, char quote)
{
	size_t plain = 0;

	for (size_t i = 0; i < text.size; i++) {
		const char *escaped = reference(text.at[i], quote);

		if (!escaped)
			continue;
		buf_add(buf, text.at + plain, i - plain);
		buf_add_string(buf, escaped);
		plain = i + 1;
	}
	buf_add(buf, text.at + plain, text.size - plain);
}

static int characters_check(struct span text, struct error *error)
{
	uint32_t point;

	if (find_bad(text, &point) == text.size)
		return 0;
	if (point == UNICODE_REPLACEMENT)
		return error_set(error, "the value is not UTF-8");
	return error_set(error, "XML can't hold the character U+%04X", point);
}

int escape_add_xml(struct buf *buf, struct span text, struct error *error)
{
	if (characters_check(text, error) < 0)
		return -1;
	references_add(buf, text, 'a');
	return 0;
}

static int instruction_add(struct escaper *escaper, struct buf *buf, struct span text,
			   struct error *error)
{
	if (memmem(text.at, text.size, "?>", 2) ||
	    (escaper->tail && text.size && text.at[0] == '>'))
		return error_set(error, "\"?>\" can't be in a processing instruction");
	escape_markup(escaper, buf, text);
	return 0;
}

static void comment_add(struct escaper *escaper, struct buf *buf, struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		bool hyphen = text.at[i] == '-';

		/* After "<!--" a hyphen is allowed, but reads like a part of it. After
		 * "--" of the template itself ">" would end the comment. */
		if ((hyphen && (escaper->tail || escaper->opening_size)) ||
		    (text.at[i] == '>' && escaper->tail > 1))
			buf_add_char(buf, ' ');
		escaper->opening_size = 0;
		buf_add_char(buf, text.at[i]);
		escaper->tail = hyphen;
	}
	if (escaper->tail && text.size) {
		buf_add_char(buf, ' ');
		escaper->tail = 0;
	}
}

static void cdata_add(struct escaper *escaper, struct buf *buf, struct span text)
{
	static const char split[] = "]]><![CDATA[";

	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] == '>' && escaper->tail >= 2)
			buf_add_string(buf, split);
		buf_add_char(buf, text.at[i]);
		escaper->tail = text.at[i] == ']' ? escaper->tail + 1 : 0;
	}
	/* With what follows in the template, "]" could become "]]>". */
	if (escaper->tail && text.size) {
		buf_add_string(buf, split);
		escaper->tail = 0;
	}
}

static int tag_add(struct escaper *escaper, struct buf *buf, struct span text,
		   struct error *error)
{
	if (text.size && (escaper->place == XML_BANG || !is_name_part(text)))
		return error_set(error, "only a name is allowed here, in a tag and "
					"outside of quotes");
	escape_markup(escaper, buf, text);
	return 0;
}

int escape_value(struct escaper *escaper, struct buf *buf, struct span text,
		 enum value_markup markup, struct error *error)
{
	enum xml_place place = escaper->place;

	if (markup == MARKUP_XML && place == XML_TEXT) {
		escape_markup(escaper, buf, text);
		return 0;
	}
	if (characters_check(text, error) < 0)
		return -1;
	switch (place) {
	case XML_TEXT:
	case XML_DOUBLE:
	case XML_SINGLE:
		if (markup == MARKUP_ESCAPED)
			buf_add(buf, text.at, text.size);
		else
			references_add(buf, text,
				       place == XML_TEXT     ? '\0'
				       : place == XML_DOUBLE ? '"'
							     : '\'');
		return 0;
	case XML_COMMENT:
		comment_add(escaper, buf, text);
		return 0;
	case XML_CDATA:
		cdata_add(escaper, buf, text);
		return 0;
	case XML_INSTRUCTION:
		return instruction_add(escaper, buf, text, error);
	default:
		return tag_add(escaper, buf, text, error);
	}
}

/* Whether "&" may precede, with which a value would become a reference. */
static bool may_be_in_reference(const struct buf *shape)
{
	for (size_t i = 0; i < shape->size; i++) {
		char c = shape->data[shape->size - 1 - i];

		if (c == '&' || i == REFERENCE_LOOKED_AT)
			return true;
		if (strchr("<>;\"'", c))
			return false;
	}
	return false;
}

/* Whether the tag that is open declares a namespace: its value then matters. */
static bool may_be_namespace(const struct buf *shape)
{
	size_t size = shape->size > TAG_LOOKED_AT ? TAG_LOOKED_AT : shape->size;
	const char *end = shape->data + shape->size;
	const char *tag = memrchr(end - size, '<', size);

	return !tag || memmem(tag, (size_t)(end - tag), "xmlns", strlen("xmlns"));
}

static bool is_blank(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!memchr(" \t\n", text.at[i], 3))
			return false;
	return true;
}

/* Whether any other value would make the document as well-formed, or not, as this one. */
static bool is_interchangeable(const struct buf *shape, enum xml_place place,
			       struct span value)
{
	switch (place) {
	case XML_TEXT:
		/* "]" may become a part of "]]>". */
		return !memchr(value.at, ']', value.size) && !may_be_in_reference(shape);
	case XML_DOUBLE:
	case XML_SINGLE:
		return !may_be_in_reference(shape) && !may_be_namespace(shape);
	case XML_COMMENT:
		return true; /* comment_add() keeps any value from ending it */
	default:
		return false;
	}
}

void escape_shape_value(struct buf *shape, enum xml_place place, struct span value,
			enum value_markup markup, struct span written)
{
	/* At the beginning of a document a value may be a byte order mark. */
	if (!shape->size || markup != MARKUP_NONE ||
	    !is_interchangeable(shape, place, value))
		buf_add(shape, written.at, written.size);
	else if (value.size)
		buf_add_char(shape, is_blank(value) ? ' ' : 'x');
}
