/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which reasons of a stop release the guest's leases, and the file that configures it. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/ini_file.h"
#include "common/mem.h"
#include "common/num.h"
#include "common/text.h"
#include "hooks/policy.h"

/* The keys of the file; libvirt's words, with "-" for each space. */
static const char *const reasons[] = {
	[REASON_SHUTDOWN] = "shutdown", [REASON_DESTROYED] = "destroyed",
	[REASON_CRASHED] = "crashed",	[REASON_DAEMON] = "daemon",
	[REASON_FAILED] = "failed",	[REASON_SAVED] = "saved",
	[REASON_MIGRATED] = "migrated", [REASON_FROM_SNAPSHOT] = "from-snapshot",
	[REASON_OTHER] = "other",
};

static const char *const verdicts[] = {
	[VERDICT_KEEP] = "keep",
	[VERDICT_RELEASE] = "release",
	[VERDICT_UNLESS_SAVED] = "unless-saved",
};

struct policy policy_default(void)
{
	return (struct policy){
		.verdicts =
			{
				[REASON_SHUTDOWN] = VERDICT_RELEASE,
				[REASON_DESTROYED] = VERDICT_RELEASE,
				[REASON_CRASHED] = VERDICT_RELEASE,
				[REASON_DAEMON] = VERDICT_RELEASE,
				[REASON_FAILED] = VERDICT_UNLESS_SAVED,
			},
		.wait_ms = POLICY_WAIT_MS_MAX,
	};
}

/* The index of `word` in `words`; -1 if it is none of them. */
static int word_find(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(word, words[i]))
			return (int)i;
	}
	return -1;
}

static int word_unknown(const char *what, const char *word, const char *const *words,
			size_t count, struct error *error)
{
	CLEANUP(free_ptr) char *meant = text_meant(word, words, count);

	return error_set(error, "unknown %s \"%s\"%s", what, word, meant);
}

static int verdict_set(struct policy *policy, const struct ini_entry *entry,
		       struct error *error)
{
	int reason = word_find(entry->key, reasons, REASON_COUNT);
	int verdict = word_find(entry->value, verdicts, ARRAY_LENGTH(verdicts));

	if (reason < 0)
		return word_unknown("reason", entry->key, reasons, REASON_COUNT, error);
	if (verdict < 0)
		return word_unknown("value", entry->value, verdicts,
				    ARRAY_LENGTH(verdicts), error);
	policy->verdicts[reason] = (enum verdict)verdict;
	return 0;
}

static int confirm_set(struct policy *policy, const struct ini_entry *entry,
		       struct error *error)
{
	static const char *const keys[] = {"wait_ms"};
	uint64_t wait_ms;

	if (strcmp(entry->key, keys[0]))
		return word_unknown("key", entry->key, keys, ARRAY_LENGTH(keys), error);
	if (num_parse(entry->value, 0, POLICY_WAIT_MS_MAX, &wait_ms, error) < 0)
		return error_context(error, "%s", entry->key);
	policy->wait_ms = (unsigned int)wait_ms;
	return 0;
}

static int entry_set(struct policy *policy, const struct ini_entry *entry,
		     struct error *error)
{
	static const char *const sections[] = {"reason", "confirm"};
	int section = word_find(entry->section, sections, ARRAY_LENGTH(sections));

	if (section < 0 && !entry->key)
		return word_unknown("section", entry->section, sections,
				    ARRAY_LENGTH(sections), error);
	if (section < 0 && !*entry->section)
		return error_set(error, "\"%s\" stands before the first section",
				 entry->key);
	if (section < 0 || !entry->key)
		return 0;
	return (section == 0 ? verdict_set : confirm_set)(policy, entry, error);
}

int policy_read(const char *path, struct policy *policy, struct error_list *errors)
{
	CLEANUP(ini_file_free) struct ini_file file = {0};
	CLEANUP(error_list_free) struct error_list found = {0};
	struct policy changed = *policy;
	bool broken = ini_file_read(path, &file, &found) < 0;

	if (broken && errno == ENOENT && !file.entries.count)
		return 0;
	for (size_t i = 0; i < found.count; i++)
		error_list_add(errors, "%s", found.messages[i]);
	array_foreach(entry, &file.entries) {
		struct error error = {0};

		if (entry_set(&changed, entry, &error) < 0) {
			error_context(&error, "%s:%u", path, entry->line);
			error_list_take(errors, &error);
			broken = true;
		}
	}
	if (broken)
		return -1;
	*policy = changed;
	return 0;
}

enum reason reason_parse(const char *text)
{
	CLEANUP(free_ptr) char *word = mem_string(text);
	int reason;

	for (char *space = word; (space = strchr(space, ' '));)
		*space = '-';
	reason = word_find(word, reasons, REASON_OTHER);
	return reason < 0 ? REASON_OTHER : (enum reason)reason;
}

bool policy_releases(const struct policy *policy, enum reason reason, bool has_save)
{
	enum verdict verdict = policy->verdicts[reason];

	return verdict == VERDICT_RELEASE ||
	       (verdict == VERDICT_UNLESS_SAVED && !has_save);
}
