/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of batch files: kinds of section, and the keys of each. */
#ifndef PROVISION_BATCH_GRAMMAR_H
#define PROVISION_BATCH_GRAMMAR_H

#include <stdbool.h>

#include "common/error.h"

/* Kinds of section; the head is what stands before the first one. */
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
/* Whether its sections have names: [plan NAME], but [defaults]. */
bool batch_kind_is_named(enum batch_kind kind);

/* The kind that a section's first word names. Fails with the word, and the nearest one.
 */
int batch_kind_parse(const char *word, enum batch_kind *kind, struct error *error);

/* All keys of such sections, NULL-ended. */
const char *const *batch_keys(enum batch_kind kind);

/* The key as the grammar has it, so that it need not be copied; NULL with the word, and
 * the nearest one, when sections of this kind have no such key. */
const char *batch_key_parse(enum batch_kind kind, const char *word, struct error *error);

/* The other key that says the same in another way (userdata and userdata_file); NULL when
 * there is none. */
const char *batch_key_twin(const char *key);

#endif
