/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the volumes that an import uses, and leaves behind when it is killed. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "imagetool/image_name.h"
#include "imagetool/import_names.h"

static const char *const prefixes[] = {
	[IMPORT_TEMPORARY] = ".vmango-import-", [IMPORT_LOCK] = ".vmango-lock-",
	[IMPORT_MARK] = ".vmango-publish-",	[IMPORT_NEW] = ".vmango-new-",
	[IMPORT_REPLACE] = ".vmango-replace-",	[IMPORT_WHOLE] = ".vmango-whole-",
	[IMPORT_PROBE] = ".vmango-probe-",	[IMPORT_SYNC] = ".vmango-sync-",
};

/* "01234567-0123456789abcdef" */
static bool is_owner(const char *text)
{
	for (size_t i = 0; i < IMPORT_OWNER_LENGTH; i++) {
		if (i == IMPORT_HOST_LENGTH
			    ? text[i] != '-'
			    : !text[i] || !strchr("0123456789abcdef", text[i]))
			return false;
	}
	return true;
}

/* Skips a number such as "-1", if there is one; NULL when it is malformed. */
static const char *number_parse(const char *text, uint32_t *number)
{
	CLEANUP(free_ptr) char *digits = NULL;
	size_t length;
	uint64_t value;

	if (text[0] != '-')
		return text;
	length = strspn(text + 1, "0123456789");
	digits = mem_substring(text + 1, length);
	if (text[1] == '0' || num_parse(digits, 1, UINT32_MAX, &value, NULL) < 0)
		return NULL;
	*number = (uint32_t)value;
	return text + 1 + length;
}

static int rest_parse(const char *text, struct import_name *parsed)
{
	const char *rest = is_owner(text) ? text + IMPORT_OWNER_LENGTH : NULL;
	struct image_name image;

	if (rest && parsed->type != IMPORT_MARK)
		rest = number_parse(rest, &parsed->run.number);
	if (!rest || *rest != (parsed->type == IMPORT_TEMPORARY ? '\0' : '_'))
		return -1;
	if (*rest)
		parsed->image = rest + 1;
	/* A hypervisor may report any name, so check it before it is used. */
	if (*rest && image_name_parse(rest + 1, strlen(rest + 1), &image, NULL) < 0)
		return -1;
	memcpy(parsed->run.owner.text, text, IMPORT_OWNER_LENGTH);
	return 0;
}

struct import_name import_name_parse(const char *name)
{
	for (int type = IMPORT_TEMPORARY; type <= IMPORT_SYNC; type++) {
		struct import_name parsed = {.type = (enum import_name_type)type};
		size_t length = strlen(prefixes[type]);

		if (!strncmp(name, prefixes[type], length) &&
		    rest_parse(name + length, &parsed) == 0)
			return parsed;
	}
	return (struct import_name){.type = IMPORT_OTHER};
}

const char *import_name_format(enum import_name_type type, const struct import_run *run,
			       const char *image, char text[static IMPORT_NAME_MAX + 1])
{
	bool has_image = type != IMPORT_TEMPORARY;
	char number[sizeof("-4294967295")] = "";

	if (run->number && type != IMPORT_MARK)
		snprintf(number, sizeof(number), "-%" PRIu32, run->number);
	snprintf(text, IMPORT_NAME_MAX + 1, "%s%s%s%s%s", prefixes[type], run->owner.text,
		 number, has_image ? "_" : "", has_image ? image : "");
	return text;
}

bool import_name_replaces(const struct import_name *name)
{
	return name->type == IMPORT_REPLACE || name->type == IMPORT_WHOLE;
}

bool import_name_marks(const struct import_name *name)
{
	return name->type == IMPORT_MARK || import_name_replaces(name);
}
