/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of batch files: the kinds of sections, and the keys of each. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "provision/batch/grammar.h"

static const char *const head_keys[] = {"include", "batch", NULL};
static const char *const hypervisor_keys[] = {"url",
					      "image_storage_pool",
					      "root_storage_pool",
					      "network",
					      "network_script",
					      "vm_template",
					      "volume_template",
					      "ignored_vms",
					      "clone",
					      "config_drive",
					      "domain_type",
					      "userdata_metadata",
					      NULL};
static const char *const plan_keys[] = {"memory", "cpus", "disk_size", NULL};
static const char *const ssh_key_keys[] = {"public", "public_file", NULL};
static const char *const machine_keys[] = {
	"hypervisor",	 "plan", "image",     "arch",	 "ssh_keys", "userdata",
	"userdata_file", "ip",	 "autostart", "protect", NULL};

static const struct {
	const char *name;
	bool named;
	const char *const *keys;
} kinds[] = {
	[BATCH_HEAD] = {"", false, head_keys},
	[BATCH_HYPERVISOR] = {"hypervisor", true, hypervisor_keys},
	[BATCH_PLAN] = {"plan", true, plan_keys},
	[BATCH_SSH_KEY] = {"ssh_key", true, ssh_key_keys},
	[BATCH_DEFAULTS] = {"defaults", false, machine_keys},
	[BATCH_MACHINE] = {"machine", true, machine_keys},
};

const char *batch_kind_name(enum batch_kind kind)
{
	return kinds[kind].name;
}

bool batch_kind_is_named(enum batch_kind kind)
{
	return kinds[kind].named;
}

static int unknown_word(struct error *error, const char *what, const char *word,
			const char *const known[], size_t count)
{
	CLEANUP(free_ptr) char *meant = text_meant(word, known, count);

	return error_set(error, "unknown %s \"%s\"%s", what, word, meant);
}

int batch_kind_parse(const char *word, enum batch_kind *kind, struct error *error)
{
	const char *names[ARRAY_LENGTH(kinds)];
	size_t count = 0;

	for (size_t i = BATCH_HEAD + 1; i < ARRAY_LENGTH(kinds); i++) {
		if (!strcmp(kinds[i].name, word)) {
			*kind = (enum batch_kind)i;
			return 0;
		}
		names[count++] = kinds[i].name;
	}
	return unknown_word(error, "section", word, names, count);
}

const char *const *batch_keys(enum batch_kind kind)
{
	return kinds[kind].keys;
}

static const char *key_find(enum batch_kind kind, const char *word)
{
	for (const char *const *key = kinds[kind].keys; *key; key++)
		if (!strcmp(*key, word))
			return *key;
	return NULL;
}

/* "[plan NAME] or [defaults]": the sections that have the key; "" if none has. The caller
 * owns it. */
static char *sections_with(const char *word)
{
	struct buf text = {0};

	for (size_t i = BATCH_HEAD + 1; i < ARRAY_LENGTH(kinds); i++) {
		if (key_find((enum batch_kind)i, word))
			buf_format(&text, "%s[%s%s]", text.size ? " or " : "",
				   kinds[i].name, kinds[i].named ? " NAME" : "");
	}
	return buf_take(&text);
}

static void key_unknown(enum batch_kind kind, const char *word, struct error *error)
{
	const char *const *keys = kinds[kind].keys;
	CLEANUP(free_ptr) char *sections = sections_with(word);
	size_t count = 0;

	while (keys[count])
		count++;
	if (key_find(BATCH_HEAD, word))
		error_set(error, "%s: belongs before the first section", word);
	else if (*sections)
		error_set(error, "%s: belongs in a section %s", word, sections);
	else
		unknown_word(error, "key", word, keys, count);
}

const char *batch_key_parse(enum batch_kind kind, const char *word, struct error *error)
{
	const char *key = key_find(kind, word);

	if (!key)
		key_unknown(kind, word, error);
	return key;
}

const char *batch_key_twin(const char *key)
{
	static const char *const twins[][2] = {{"public", "public_file"},
					       {"userdata", "userdata_file"}};

	for (size_t i = 0; i < ARRAY_LENGTH(twins); i++) {
		if (!strcmp(twins[i][0], key))
			return twins[i][1];
		if (!strcmp(twins[i][1], key))
			return twins[i][0];
	}
	return NULL;
}
