/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of image files, and the words for architectures and formats in them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "imagetool/image_name.h"

enum { SPELLINGS_MAX = 3 };

struct arch_words {
	const char *libvirt;
	const char *spellings[SPELLINGS_MAX]; /* the canonical one first */
};

static const struct arch_words arches[IMAGE_ARCH_COUNT] = {
	[IMAGE_ARCH_X86_64] = {"x86_64", {"amd64", "x86_64"}},
	[IMAGE_ARCH_I686] = {"i686", {"i386", "i686", "x86"}},
	[IMAGE_ARCH_AARCH64] = {"aarch64", {"arm64", "aarch64"}},
	[IMAGE_ARCH_ARMV7L] = {"armv7l", {"armhf", "armv7l"}},
	[IMAGE_ARCH_PPC64LE] = {"ppc64le", {"ppc64el", "ppc64le"}},
	[IMAGE_ARCH_S390X] = {"s390x", {"s390x"}},
	[IMAGE_ARCH_RISCV64] = {"riscv64", {"riscv64"}},
};

static const char *const formats[IMAGE_FORMAT_COUNT] = {
	[IMAGE_QCOW2] = "qcow2",
	[IMAGE_RAW] = "raw",
};

static const char suffix[] = ".img";

const char *image_arch_word(enum image_arch arch)
{
	return arches[arch].spellings[0];
}

const char *image_arch_libvirt(enum image_arch arch)
{
	return arches[arch].libvirt;
}

const char *image_format_word(enum image_format format)
{
	return formats[format];
}

/* Whether the text of `length` bytes ends with the word. */
static bool ends_with(const char *text, size_t length, const char *word, size_t size)
{
	return length >= size && !memcmp(text + length - size, word, size);
}

int image_arch_parse(const char *word, size_t length, enum image_arch *arch)
{
	for (size_t i = 0; i < IMAGE_ARCH_COUNT; i++) {
		for (size_t j = 0; j < SPELLINGS_MAX && arches[i].spellings[j]; j++) {
			const char *known = arches[i].spellings[j];

			if (strlen(known) != length || memcmp(known, word, length))
				continue;
			*arch = (enum image_arch)i;
			return 0;
		}
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
	const char *nearest = text_nearest(text, known, count);

	if (!length)
		return error_set(error, "column %zu: %s missing", column, what);
	return error_set(error, "column %zu: unknown %s \"%s\"%s%s%s", column, what, text,
			 nearest ? "; is \"" : "", nearest ? nearest : "",
			 nearest ? "\" meant?" : "");
}

/* The word behind the last separator before `end`, for a message that names it. */
static int wrong_arch(const char *name, size_t end, struct error *error)
{
	const char *known[IMAGE_ARCH_COUNT * SPELLINGS_MAX];
	size_t count = 0, start = end;

	for (size_t i = 0; i < IMAGE_ARCH_COUNT; i++)
		for (size_t j = 0; j < SPELLINGS_MAX && arches[i].spellings[j]; j++)
			known[count++] = arches[i].spellings[j];
	while (start && name[start - 1] != '_' && name[start - 1] != '-')
		start--;
	if (!start || (name[start - 1] == '-' && !memchr(name, '-', start - 1)))
		return error_set(error, "column %zu: architecture missing", end + 1);
	return wrong_word(name + start, end - start, start + 1, "architecture", known,
			  count, error);
}

/* Takes "_amd64" or "-amd64" off the end: `*end` becomes the length before it. */
static int arch_take(const char *name, size_t *end, struct image_name *parsed,
		     struct error *error)
{
	for (size_t i = 0; i < IMAGE_ARCH_COUNT; i++) {
		for (size_t j = 0; j < SPELLINGS_MAX && arches[i].spellings[j]; j++) {
			const char *word = arches[i].spellings[j];
			size_t size = strlen(word);
			char separator;

			if (*end <= size || !ends_with(name, *end, word, size))
				continue;
			separator = name[*end - size - 1];
			if (separator != '_' && separator != '-')
				continue;
			*end -= size + 1;
			parsed->arch = (enum image_arch)i;
			parsed->canonical = separator == '_' && j == 0;
			return 0;
		}
	}
	return wrong_arch(name, *end, error);
}

static int format_take(const char *name, size_t *end, struct image_name *parsed,
		       struct error *error)
{
	size_t start = *end;

	while (start && name[start - 1] != '_')
		start--;
	if (!start)
		return error_set(error, "column %zu: \"_\" and format missing", *end + 1);
	if (image_format_parse(name + start, *end - start, &parsed->format) < 0)
		return wrong_word(name + start, *end - start, start + 1, "format",
				  formats, IMAGE_FORMAT_COUNT, error);
	*end = start - 1;
	return 0;
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int wrong_character(const char *text, size_t length, const char *what,
			   size_t column, struct error *error)
{
	size_t size = text_utf8_length(text, length);

	return error_set(error, "column %zu: \"%.*s\" can't stand here in the %s", column,
			 size ? (int)size : 1, text, what);
}

/* `more` may stand between the first character and the last; `column` is that of text[0].
 */
static int part_check(const char *text, size_t length, const char *what, const char *more,
		      size_t column, struct error *error)
{
	if (!length)
		return error_set(error, "column %zu: %s missing", column, what);
	for (size_t i = 0; i < length; i++) {
		bool inside = i > 0 && text[i] && strchr(more, text[i]);

		if (!is_alphanumeric(text[i]) && !inside)
			return wrong_character(text + i, length - i, what, column + i,
					       error);
	}
	return 0;
}

static void part_copy(char *to, const char *text, size_t length)
{
	memcpy(to, text, length);
	to[length] = '\0';
}

/* "Centos-7", whole. */
static int os_take(const char *name, size_t end, struct image_name *parsed,
		   struct error *error)
{
	const char *dash = memchr(name, '-', end), *version;
	size_t length = dash ? (size_t)(dash - name) : end, version_length;

	if (part_check(name, length, "OS name", ".+", 1, error) < 0)
		return -1;
	if (end > IMAGE_OS_MAX)
		return error_set(error,
				 "column %d: OS name and version longer than %d bytes",
				 IMAGE_OS_MAX + 1, IMAGE_OS_MAX);
	if (!dash)
		return error_set(error, "column %zu: \"-\" and OS version missing",
				 end + 1);
	version = dash + 1;
	version_length = end - length - 1;
	if (part_check(version, version_length, "OS version", ".+-~", length + 2, error) <
	    0)
		return -1;
	if (!is_alphanumeric(version[version_length - 1]))
		return wrong_character(version + version_length - 1, 1, "OS version", end,
				       error);
	part_copy(parsed->os, name, end);
	part_copy(parsed->os_name, name, length);
	part_copy(parsed->os_version, version, version_length);
	return 0;
}

int image_name_parse(const char *name, size_t length, struct image_name *parsed,
		     struct error *error)
{
	size_t end = length;
	struct image_name result;

	if (length > IMAGE_NAME_MAX)
		return error_set(error, "column %d: longer than %d bytes",
				 IMAGE_NAME_MAX + 1, IMAGE_NAME_MAX);
	if (!ends_with(name, end, suffix, sizeof(suffix) - 1))
		return error_set(error, "column %zu: does not end in \"%s\"", length + 1,
				 suffix);
	end -= sizeof(suffix) - 1;
	if (format_take(name, &end, &result, error) < 0 ||
	    arch_take(name, &end, &result, error) < 0 ||
	    os_take(name, end, &result, error) < 0)
		return -1;
	*parsed = result;
	return 0;
}

int image_name_set(struct image_name *name, const char *os_name, const char *os_version,
		   enum image_arch arch, enum image_format format, struct error *error)
{
	CLEANUP(free_ptr)
	char *text = mem_format("%s-%s_%s_%s%s", os_name, os_version,
				image_arch_word(arch), image_format_word(format), suffix);
	struct image_name result;

	if (part_check(os_name, strlen(os_name), "OS name", ".+", 1, error) < 0 ||
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
