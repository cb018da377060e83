/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file names of images as distributions publish them. */
#define _GNU_SOURCE
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/published.h"
#include "imagetool/published_rules.h"

enum { GROUPS_MAX = 10 };

/* A file name's ending, and what it means. */
struct ending {
	const char *text;
	enum { ENDING_PACKED, ENDING_QCOW2, ENDING_RAW, ENDING_OPEN, ENDING_OTHER } says;
};

static const struct ending endings[] = {
	{".gz", ENDING_PACKED},	   {".bz2", ENDING_PACKED}, {".xz", ENDING_PACKED},
	{".zst", ENDING_PACKED},   {".lz4", ENDING_PACKED}, {".qcow2", ENDING_QCOW2},
	{".qcow2c", ENDING_QCOW2}, {".raw", ENDING_RAW},    {".img", ENDING_OPEN},
	{".qcow", ENDING_OPEN},	   {".vmdk", ENDING_OTHER}, {".vdi", ENDING_OTHER},
	{".vhdx", ENDING_OTHER},   {".vhd", ENDING_OTHER},  {".vhdfixed", ENDING_OTHER},
	{".iso", ENDING_OTHER},	   {".tar", ENDING_OTHER},  {".tgz", ENDING_OTHER},
	{".ova", ENDING_OTHER},	   {".box", ENDING_OTHER},
};

/* The ending that `length` bytes of the name have; NULL for others. */
static const struct ending *ending_find(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
		size_t size = strlen(endings[i].text);

		if (length > size && !memcmp(name + length - size, endings[i].text, size))
			return &endings[i];
	}
	return NULL;
}

/* The text of a group; NULL when it did not match. The caller owns it. */
static char *group_take(const char *name, const regmatch_t *groups, unsigned int number)
{
	const regmatch_t *group = &groups[number];

	if (!number || group->rm_so < 0)
		return NULL;
	return mem_substring(name + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
}

/* Finds the version of a series ("jammy") in lines "22.04 LTS,Jammy Jellyfish,jammy,...".
 */
static char *ubuntu_version(const char *csv, const char *series)
{
	while (csv && *csv) {
		size_t line = strcspn(csv, "\n"), version = strcspn(csv, ",\n");
		size_t name = csv[version] == ',' ? strcspn(csv + version + 1, ",\n") : 0;
		const char *third = csv + version + 1 + name;

		if (name && *third == ',' &&
		    strlen(series) == strcspn(third + 1, ",\n") &&
		    !strncmp(third + 1, series, strlen(series)))
			return mem_substring(csv, strcspn(csv, " ,"));
		csv += line + (csv[line] == '\n');
	}
	return NULL;
}

static void version_set(const struct published_rule *rule, const char *name,
			const regmatch_t *groups, const char *ubuntu_csv,
			struct image_parts *parts)
{
	CLEANUP(free_ptr) char *version = group_take(name, groups, rule->version);
	CLEANUP(free_ptr) char *minor = group_take(name, groups, rule->minor_version);

	if (version && !strcmp(rule->os_name, "Ubuntu") &&
	    !isdigit((unsigned char)version[0])) {
		char *number = ubuntu_version(ubuntu_csv, version);

		if (!number)
			snprintf(parts->code_name, sizeof(parts->code_name), "%s",
				 version);
		free(version);
		version = number;
	}
	if (!version && rule->fixed_version)
		version = mem_string(rule->fixed_version);
	if (!version)
		return;
	snprintf(parts->os_version, sizeof(parts->os_version), "%s%s%s", version,
		 minor ? "." : "", minor ? minor : "");
	for (char *at = parts->os_version; *at; at++)
		if (*at == '_')
			*at = '-';
}

static void arch_set(const struct published_rule *rule, const char *name,
		     const regmatch_t *groups, struct image_parts *parts)
{
	CLEANUP(free_ptr) char *word = group_take(name, groups, rule->arch);

	if (!word && rule->fixed_arch)
		word = mem_string(rule->fixed_arch);
	if (!word)
		return;
	parts->has_arch = image_arch_parse(word, strlen(word), &parts->arch) == 0;
	if (!parts->has_arch)
		snprintf(parts->arch_word, sizeof(parts->arch_word), "%s", word);
}

/* Whether the name begins with the literal beginning of the pattern. Most names do not,
 * and then the pattern need not be compiled. */
static bool begins_alike(const char *pattern, const char *name)
{
	size_t plain = strcspn(pattern, "([.\\?*+{|");

	if (plain && pattern[plain] && strchr("?*{", pattern[plain]))
		plain--;
	return !strncmp(pattern, name, plain);
}

/* Whether the name without its endings matches the rule. */
static bool rule_matches(const struct published_rule *rule, const char *name,
			 regmatch_t groups[static GROUPS_MAX])
{
	CLEANUP(free_ptr) char *pattern = mem_format("^(%s)$", rule->pattern);
	regex_t regex;
	bool matches;

	if (regcomp(&regex, pattern, REG_EXTENDED) != 0)
		mem_exhausted();
	/* Group 1 is the whole; those that the rule counts follow it. */
	matches = regexec(&regex, name, GROUPS_MAX, groups, 0) == 0;
	regfree(&regex);
	return matches;
}

static int endings_take(const char *name, size_t *length, const struct ending **format,
			struct error *error)
{
	const struct ending *ending = ending_find(name, *length);

	if (ending && ending->says == ENDING_PACKED) {
		*length -= strlen(ending->text);
		ending = ending_find(name, *length);
	}
	*format = ending;
	if (!ending)
		return 0;
	if (ending->says == ENDING_OTHER)
		return error_set(error, "is neither qcow2 nor raw, but %s",
				 ending->text + 1);
	if (ending->says != ENDING_PACKED)
		*length -= strlen(ending->text);
	return 0;
}

static void format_set(const struct ending *ending, enum img_holds img,
		       struct image_parts *parts)
{
	bool open = !strcmp(ending->text, ".img");

	if (ending->says == ENDING_QCOW2 || (open && img == IMG_QCOW2))
		parts->format = IMAGE_QCOW2;
	else if (ending->says == ENDING_RAW || (open && img == IMG_RAW))
		parts->format = IMAGE_RAW;
	else
		return;
	parts->has_format = true;
}

/* A name of our own grammar says everything. */
static int own_parse(const char *name, struct image_parts *parts)
{
	struct image_name own;

	if (image_name_parse(name, strlen(name), &own, NULL) < 0)
		return -1;
	*parts = (struct image_parts){
		.has_arch = true,
		.has_format = true,
		.arch = own.arch,
		.format = own.format,
	};
	memcpy(parts->os_name, own.os_name, sizeof(parts->os_name));
	memcpy(parts->os_version, own.os_version, sizeof(parts->os_version));
	return 0;
}

int published_parse(const char *name, const char *ubuntu_csv, struct image_parts *parts,
		    struct error *error)
{
	size_t length = strlen(name);
	CLEANUP(free_ptr) char *stem = NULL;
	regmatch_t groups[GROUPS_MAX];
	const struct ending *ending;
	struct image_parts result = {0};

	if (length > PUBLISHED_NAME_MAX)
		return error_set(error, "longer than %d bytes", PUBLISHED_NAME_MAX);
	if (own_parse(name, parts) == 0)
		return 0;
	if (endings_take(name, &length, &ending, error) < 0)
		return -1;
	stem = mem_substring(name, length);
	for (size_t i = 0; i < published_rule_count; i++) {
		const struct published_rule *rule = &published_rules[i];

		if (!begins_alike(rule->pattern, stem) ||
		    !rule_matches(rule, stem, groups))
			continue;
		snprintf(result.os_name, sizeof(result.os_name), "%s", rule->os_name);
		version_set(rule, stem, groups + 1, ubuntu_csv, &result);
		arch_set(rule, stem, groups + 1, &result);
		if (ending)
			format_set(ending, rule->img, &result);
		*parts = result;
		return 0;
	}
	if (ending)
		format_set(ending, IMG_NOT_KNOWN, &result);
	*parts = result;
	return 0;
}

__attribute__((format(printf, 2, 3))) static void missing_add(struct buf *missing,
							      const char *format, ...)
{
	va_list arguments;
	CLEANUP(free_ptr) char *text = NULL;

	va_start(arguments, format);
	text = mem_vformat(format, arguments);
	va_end(arguments);
	buf_format(missing, "%s%s", missing->size ? ", " : "", text);
}

int image_parts_name(const struct image_parts *parts, struct image_name *name,
		     struct error *error)
{
	CLEANUP(buf_free) struct buf missing = {0};

	if (!parts->os_name[0])
		missing_add(&missing, "OS (--os)");
	if (parts->code_name[0] && !parts->os_version[0])
		missing_add(
			&missing,
			"OS version (--version; the code name %s is not in ubuntu.csv "
			"of the package distro-info-data)",
			parts->code_name);
	else if (!parts->os_version[0])
		missing_add(&missing, "OS version (--version)");
	if (parts->arch_word[0] && !parts->has_arch)
		missing_add(&missing, "architecture (--arch; \"%s\" is unknown)",
			    parts->arch_word);
	else if (!parts->has_arch)
		missing_add(&missing, "architecture (--arch)");
	if (!parts->has_format)
		missing_add(&missing, "format (--format)");
	if (missing.size)
		return error_set(error, "the name does not say: %s", buf_text(&missing));
	return image_name_set(name, parts->os_name, parts->os_version, parts->arch,
			      parts->format, error);
}
