/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of image files, and the words for architectures and formats in them. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "imagetool/image_name.h"

struct spelling {
	enum image_arch arch;
	const char *word;
	size_t length;
};

#define SPELLING(arch, word)                              \
	{                                                 \
		IMAGE_ARCH_##arch, word, sizeof(word) - 1 \
	}

/* The first of an architecture is the canonical one. */
static const struct spelling spellings[] = {
	SPELLING(X86_64, "amd64"),    SPELLING(X86_64, "x86_64"),
	SPELLING(I686, "i386"),	      SPELLING(I686, "i686"),
	SPELLING(I686, "x86"),	      SPELLING(AARCH64, "arm64"),
	SPELLING(AARCH64, "aarch64"), SPELLING(ARMV7L, "armhf"),
	SPELLING(ARMV7L, "armv7l"),   SPELLING(PPC64LE, "ppc64el"),
	SPELLING(PPC64LE, "ppc64le"), SPELLING(S390X, "s390x"),
	SPELLING(RISCV64, "riscv64"),
};

static const char *const libvirt_words[IMAGE_ARCH_COUNT] = {
	[IMAGE_ARCH_X86_64] = "x86_64",	  [IMAGE_ARCH_I686] = "i686",
	[IMAGE_ARCH_AARCH64] = "aarch64", [IMAGE_ARCH_ARMV7L] = "armv7l",
	[IMAGE_ARCH_PPC64LE] = "ppc64le", [IMAGE_ARCH_S390X] = "s390x",
	[IMAGE_ARCH_RISCV64] = "riscv64",
};

static const char *const formats[IMAGE_FORMAT_COUNT] = {
	[IMAGE_QCOW2] = "qcow2",
	[IMAGE_RAW] = "raw",
};

static const char suffix[] = ".img";

const char *image_arch_word(enum image_arch arch)
{
	size_t i = 0;

	while (spellings[i].arch != arch)
		i++;
	return spellings[i].word;
}

const char *image_arch_libvirt(enum image_arch arch)
{
	return libvirt_words[arch];
}

const char *image_format_word(enum image_format format)
{
	return formats[format];
}

/* Whether the text of `length` bytes ends with the word of `size` bytes. */
static inline bool ends_with(const char *text, size_t length, const char *word,
			     size_t size)
{
	/* Most words differ in their first or last byte. */
	return length >= size && text[length - 1] == word[size - 1] &&
	       text[length - size] == word[0] &&
	       !memcmp(text + length - size, word, size);
}

int image_arch_parse(const char *word, size_t length, enum image_arch *arch)
{
	for (size_t i = 0; i < ARRAY_LENGTH(spellings); i++) {
		if (spellings[i].length != length ||
		    memcmp(spellings[i].word, word, length))
			continue;
		*arch = spellings[i].arch;
		return 0;
	}
	return -1;
}

int image_format_parse(const char *word, size_t length, enum image_format *format)
{
	for (size_t i = 0; i < IMAGE_FORMAT_COUNT; i++) {
		if (strlen(formats[i]) == length && !memcmp(formats[i], word, length)) {
			*format = (enum image_format)i;
			return 0;
		}
	}
	return -1;
}

static int wrong_word(const char *word, size_t length, size_t column, const char *what,
		      const char *const known[], size_t count, struct error *error)
{
	CLEANUP(free_ptr) char *text = mem_substring(word, length);
	CLEANUP(free_ptr) char *meant = text_meant(text, known, count);

	if (!length)
		return error_set(error, "column %zu: %s missing", column, what);
	return error_set(error, "column %zu: unknown %s \"%s\"%s", column, what, text,
			 meant);
}

/* An error about the word before `end`, which should be an architecture. */
static int wrong_arch(const char *name, size_t end, struct error *error)
{
	const char *known[ARRAY_LENGTH(spellings)];
	size_t start = end;

	for (size_t i = 0; i < ARRAY_LENGTH(spellings); i++)
		known[i] = spellings[i].word;
	while (start && name[start - 1] != '_' && name[start - 1] != '-')
		start--;
	if (!start || (name[start - 1] == '-' && !memchr(name, '-', start - 1)))
		return error_set(error, "column %zu: architecture missing", end + 1);
	return wrong_word(name + start, end - start, start + 1, "architecture", known,
			  ARRAY_LENGTH(known), error);
}

/* What follows the OS. */
struct ending {
	enum image_arch arch;
	enum image_format format;
	bool canonical;
};

/* Takes "_amd64" or "-amd64" off the end: `*end` becomes the length before it. */
static int arch_take(const char *name, size_t *end, struct ending *ending,
		     struct error *error)
{
	for (size_t i = 0; i < ARRAY_LENGTH(spellings); i++) {
		const struct spelling *spelling = &spellings[i];
		char separator;

		if (*end <= spelling->length ||
		    !ends_with(name, *end, spelling->word, spelling->length))
			continue;
		separator = name[*end - spelling->length - 1];
		if (separator != '_' && separator != '-')
			continue;
		*end -= spelling->length + 1;
		ending->arch = spelling->arch;
		ending->canonical = separator == '_' &&
				    (i == 0 || spelling[-1].arch != spelling->arch);
		return 0;
	}
	return wrong_arch(name, *end, error);
}

static int format_take(const char *name, size_t *end, struct ending *ending,
		       struct error *error)
{
	size_t start = *end;

	while (start && name[start - 1] != '_')
		start--;
	if (!start)
		return error_set(error, "column %zu: \"_\" and format missing", *end + 1);
	if (image_format_parse(name + start, *end - start, &ending->format) < 0)
		return wrong_word(name + start, *end - start, start + 1, "format",
				  formats, IMAGE_FORMAT_COUNT, error);
	*end = start - 1;
	return 0;
}

/* Where a character is allowed. */
enum character {
	ALPHANUMERIC = 1,
	INSIDE_NAME = 2,
	INSIDE_VERSION = 4,
};

#define ANY  (ALPHANUMERIC | INSIDE_NAME | INSIDE_VERSION)
#define BOTH (INSIDE_NAME | INSIDE_VERSION)

static const uint8_t characters[256] = {
	['0' ... '9'] = ANY, ['A' ... 'Z'] = ANY,    ['a' ... 'z'] = ANY,    ['.'] = BOTH,
	['+'] = BOTH,	     ['-'] = INSIDE_VERSION, ['~'] = INSIDE_VERSION,
};

static bool is_allowed(char c, enum character where)
{
	return characters[(uint8_t)c] & where;
}

static int wrong_character(const char *text, size_t length, const char *what,
			   size_t column, struct error *error)
{
	size_t size = text_utf8_length(text, length);

	return error_set(error, "column %zu: \"%.*s\" is not allowed here in the %s",
			 column, size ? (int)size : 1, text, what);
}

/* The first character must be a letter or digit. `column` is that of text[0]. */
static int part_check(const char *text, size_t length, const char *what,
		      enum character where, size_t column, struct error *error)
{
	size_t i = 0;

	if (!length)
		return error_set(error, "column %zu: %s missing", column, what);
	if (is_allowed(text[0], ALPHANUMERIC))
		do {
			i++;
		} while (i < length && is_allowed(text[i], where));
	if (i == length)
		return 0;
	return wrong_character(text + i, length - i, what, column + i, error);
}

static void part_copy(char *to, const char *text, size_t length)
{
	memcpy(to, text, length);
	to[length] = '\0';
}

/* Checks an OS such as "Centos-7"; `*dash` becomes the length of OSName. */
static int os_check(const char *name, size_t end, size_t *dash, struct error *error)
{
	const char *found = memchr(name, '-', end);
	size_t length = found ? (size_t)(found - name) : end;

	if (part_check(name, length, "OS name", INSIDE_NAME, 1, error) < 0)
		return -1;
	if (end > IMAGE_OS_MAX)
		return error_set(error,
				 "column %d: OS name and version longer than %d bytes",
				 IMAGE_OS_MAX + 1, IMAGE_OS_MAX);
	if (!found)
		return error_set(error, "column %zu: \"-\" and OS version missing",
				 end + 1);
	if (part_check(found + 1, end - length - 1, "OS version", INSIDE_VERSION,
		       length + 2, error) < 0)
		return -1;
	if (!is_allowed(name[end - 1], ALPHANUMERIC))
		return wrong_character(name + end - 1, 1, "OS version", end, error);
	*dash = length;
	return 0;
}

int image_name_parse(const char *name, size_t length, struct image_name *parsed,
		     struct error *error)
{
	size_t end = length, dash = 0;
	struct ending ending = {0};

	if (length > IMAGE_NAME_MAX)
		return error_set(error, "column %d: longer than %d bytes",
				 IMAGE_NAME_MAX + 1, IMAGE_NAME_MAX);
	if (!ends_with(name, end, suffix, sizeof(suffix) - 1))
		return error_set(error, "column %zu: does not end in \"%s\"", length + 1,
				 suffix);
	end -= sizeof(suffix) - 1;
	if (format_take(name, &end, &ending, error) < 0 ||
	    arch_take(name, &end, &ending, error) < 0 ||
	    os_check(name, end, &dash, error) < 0)
		return -1;
	part_copy(parsed->os, name, end);
	part_copy(parsed->os_name, name, dash);
	part_copy(parsed->os_version, name + dash + 1, end - dash - 1);
	parsed->arch = ending.arch;
	parsed->format = ending.format;
	parsed->canonical = ending.canonical;
	return 0;
}

int image_name_set(struct image_name *name, const char *os_name, const char *os_version,
		   enum image_arch arch, enum image_format format, struct error *error)
{
	CLEANUP(free_ptr)
	char *text = mem_format("%s-%s_%s_%s%s", os_name, os_version,
				image_arch_word(arch), image_format_word(format), suffix);
	struct image_name result;

	if (part_check(os_name, strlen(os_name), "OS name", INSIDE_NAME, 1, error) < 0 ||
	    image_name_parse(text, strlen(text), &result, error) < 0)
		return error_context(error, "%s", text);
	*name = result;
	return 0;
}

const char *image_name_format(const struct image_name *name,
			      char text[static IMAGE_NAME_MAX + 1])
{
	snprintf(text, IMAGE_NAME_MAX + 1, "%s_%s_%s%s", name->os,
		 image_arch_word(name->arch), image_format_word(name->format), suffix);
	return text;
}

int image_name_check_canonical(const char *name, const struct image_name *parsed,
			       struct error *error)
{
	char canonical[IMAGE_NAME_MAX + 1];
	size_t same = 0;

	if (parsed->canonical)
		return 0;
	image_name_format(parsed, canonical);
	while (name[same] == canonical[same])
		same++;
	return error_set(error, "column %zu: not canonical, which is \"%s\"", same + 1,
			 canonical);
}
