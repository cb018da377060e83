/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of batch files: the kinds of sections, and the keys of each. */
#ifndef PROVISION_BATCH_GRAMMAR_H
#define PROVISION_BATCH_GRAMMAR_H

#include <stdbool.h>

#include "common/error.h"

/* Kinds of sections; the head is what comes before the first section. */
enum batch_kind {
	BATCH_HEAD,
	BATCH_HYPERVISOR,
	BATCH_PLAN,
	BATCH_SSH_KEY,
	BATCH_DEFAULTS,
	BATCH_MACHINE,
};

/* "machine"; "" for the head. */
const char *batch_kind_name(enum batch_kind kind);
/* Whether sections of this kind have names: [plan NAME], but [defaults]. */
bool batch_kind_is_named(enum batch_kind kind);

/* The kind that the first word of a section's title names. The error has the word and the
 * nearest known one. */
int batch_kind_parse(const char *word, enum batch_kind *kind, struct error *error);

/* All keys of sections of this kind, NULL-ended. */
const char *const *batch_keys(enum batch_kind kind);

/* The key as a constant, so that it need not be copied. NULL when sections of this kind
 * have no such key; the error says which sections have it, else it has the nearest known
 * one. */
const char *batch_key_parse(enum batch_kind kind, const char *word, struct error *error);

/* The other key for the same setting (userdata and userdata_file); NULL when there is
 * none. */
const char *batch_key_twin(const char *key);

#endif
