/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of hypervisors out of files, in place of the hypervisors. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/text.h"
#include "provision/host/facts_json.h"
#include "provision/verbs/recorded.h"

enum { TIME_TEXT_MAX = 32 };

void recorded_free(struct recorded *recorded)
{
	if (!recorded)
		return;
	for (size_t i = 0; i < recorded->count; i++)
		facts_free(&recorded->list[i]);
	free(recorded->list);
	free(recorded->facts);
	free(recorded->is_given);
	error_list_free(&recorded->notes);
	*recorded = (struct recorded){0};
}

/* "; to record those of the batch: COMMAND", or "" if it can't be given. The caller owns
 * it. */
static char *command_text(const struct recorded *recorded)
{
	return recorded->operands
		       ? mem_format("; to record those of each hypervisor of the batch: "
				    "vmango-provision facts %s",
				    recorded->operands)
		       : mem_string("");
}

/* The facts that have the name; NULL with the names that there are. */
static struct facts *slot_find(struct recorded *recorded, const struct batch *batch,
			       const char *name, struct error *error)
{
	CLEANUP(free_ptr) const char **names = mem_zero(recorded->count, sizeof(*names));
	CLEANUP(free_ptr) char *meant = NULL;
	CLEANUP(free_ptr) char *advice = NULL;

	if (recorded->count == 1)
		return &recorded->list[0];
	for (size_t i = 0; i < recorded->count; i++) {
		names[i] = batch->hypervisors.items[i].name;
		if (!strcmp(names[i], name))
			return &recorded->list[i];
	}
	meant = text_meant(name, names, recorded->count);
	advice = command_text(recorded);
	error_set(error, "the batch has no hypervisor \"%s\"%s", name,
		  *meant ? meant : advice);
	return NULL;
}

static void note_add(struct recorded *recorded, const struct facts *facts,
		     const char *path, const struct facts_origin *origin)
{
	time_t seconds = (time_t)origin->read_s;
	char text[TIME_TEXT_MAX] = "";
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	if (strcmp(origin->hypervisor, facts->config->name))
		error_list_add(&recorded->notes,
			       "%s as of %s, by the facts of \"%s\" in %s",
			       facts->config->name, text, origin->hypervisor, path);
	else
		error_list_add(&recorded->notes, "%s as of %s, by the facts in %s",
			       facts->config->name, text, path);
}

static int document_read(struct recorded *recorded, const struct batch *batch,
			 const char *path, const char *text, size_t size,
			 struct error *error)
{
	CLEANUP(facts_free) struct facts facts = {0};
	struct facts_origin origin;
	const struct batch_hypervisor *config;
	struct facts *slot;
	size_t index;

	if (facts_json_read(text, size, &facts, &origin, error) < 0)
		return -1;
	slot = slot_find(recorded, batch, origin.hypervisor, error);
	index = slot ? (size_t)(slot - recorded->list) : 0;
	if (slot && recorded->is_given[index]) {
		error_set(error, "the facts of %s are given twice", slot->config->name);
		slot = NULL;
	}
	if (slot) {
		config = slot->config;
		facts_free(slot);
		*slot = facts;
		facts = (struct facts){0};
		slot->config = config;
		slot->is_recorded = true;
		recorded->is_given[index] = true;
		note_add(recorded, slot, path, &origin);
	}
	free(origin.hypervisor);
	return slot ? 0 : -1;
}

static int file_load(struct recorded *recorded, const struct batch *batch,
		     const char *path, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	size_t number = 0, at = 0;

	if (file_read_or_stdin(path, FACTS_SIZE_MAX, &text, error) < 0)
		return -1;
	while (at < text.size) {
		const char *line = buf_text(&text) + at;
		const char *end = memchr(line, '\n', text.size - at);
		size_t size = end ? (size_t)(end - line) : text.size - at;

		number++;
		at += size + 1;
		if (strspn(line, " \t\r") >= size)
			continue;
		if (document_read(recorded, batch, path, line, size, error) < 0)
			return error_context(error, "%s:%zu", path, number);
	}
	return 0;
}

int recorded_read(const char *const files[], size_t count, const struct batch *batch,
		  const char *operands, struct recorded *recorded,
		  struct error_list *errors)
{
	CLEANUP(free_ptr) char *advice = NULL;
	size_t before = errors->count;

	recorded->operands = operands;
	advice = command_text(recorded);
	recorded->count = batch->hypervisors.count;
	recorded->list = mem_zero(recorded->count, sizeof(*recorded->list));
	recorded->facts = mem_zero(recorded->count, sizeof(*recorded->facts));
	recorded->is_given = mem_zero(recorded->count, sizeof(*recorded->is_given));
	for (size_t i = 0; i < recorded->count; i++) {
		recorded->list[i].config = &batch->hypervisors.items[i];
		recorded->list[i].unreachable = mem_format("its facts were not given%s",
							   advice);
		recorded->facts[i] = &recorded->list[i];
	}
	for (size_t i = 0; i < count; i++) {
		CLEANUP(error_free) struct error error = {0};

		if (file_load(recorded, batch, files[i], &error) < 0)
			error_list_take(errors, &error);
	}
	return errors->count > before ? -1 : 0;
}
