/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: facts read, written, and read again; then redacted. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/facts_json.h"
#include "provision/host/facts_redact.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static char *written(const struct facts *facts, const struct facts_origin *origin)
{
	CLEANUP(json_put)
	json_object *object = facts_json_write(facts, origin->hypervisor, origin->read_s);

	return mem_string(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
}

/* What is written of what was read must be read as the same, so be written the same. */
static void read_again(const char *text)
{
	CLEANUP(facts_free) struct facts facts = {0};
	CLEANUP(free_ptr) char *second = NULL;
	struct facts_origin origin;

	if (facts_json_read(text, strlen(text), &facts, &origin, NULL) < 0)
		abort();
	second = written(&facts, &origin);
	free(origin.hypervisor);
	if (strcmp(text, second) != 0)
		abort();
}

/* A document without names is one as well. */
static void redact(struct facts *facts, const struct facts_origin *origin)
{
	CLEANUP(redaction_free) struct redaction redaction = {0};
	CLEANUP(facts_free) struct facts again = {0};
	CLEANUP(free_ptr) char *text = NULL;
	struct facts_origin other = *origin;

	other.hypervisor = (char *)facts_redact(facts, origin->hypervisor, &redaction);
	text = written(facts, &other);
	if (facts_json_read(text, strlen(text), &again, &other, NULL) < 0)
		abort();
	free(other.hypervisor);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(facts_free) struct facts facts = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *text = NULL;
	struct facts_origin origin;

	if (facts_json_read((const char *)data, size, &facts, &origin, &error) < 0) {
		if (!error.message || origin.hypervisor || facts.domains.items)
			abort();
		return 0;
	}
	text = written(&facts, &origin);
	read_again(text);
	redact(&facts, &origin);
	free(origin.hypervisor);
	return 0;
}
