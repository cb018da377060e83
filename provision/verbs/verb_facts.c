/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision facts: what plan would know about hypervisors, as JSON. */
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/host/facts_json.h"
#include "provision/host/facts_redact.h"
#include "provision/verbs/verbs.h"

/* What all documents share. */
struct printing {
	const struct verb *verb;
	struct redaction redaction;
	size_t size_bytes; /* of what was printed */
};

static void printing_free(struct printing *printing)
{
	redaction_free(&printing->redaction);
}

static int facts_print(struct printing *printing, struct facts *facts)
{
	CLEANUP(json_put) json_object *object = NULL;
	CLEANUP(buf_free) struct buf text = {0};
	const char *name = facts->config->name;

	if (printing->verb->redacts)
		name = facts_redact(facts, name, &printing->redaction);
	object = facts_json_write(facts, name, (uint64_t)time(NULL));
	text_add_json_text(
		&text,
		json_object_to_json_string_ext(
			object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_add_char(&text, '\n');
	printing->size_bytes += text.size;
	return fputs(buf_text(&text), stdout) == EOF ? -1 : 0;
}

/* Of one that can't be reached the document has the reason. */
static int host_print(struct printing *printing, struct host *host,
		      struct error_list *found, struct error_list *errors)
{
	if (!host->facts.is_reached)
		error_list_add(errors, "%s: %s", host->config->name,
			       host->facts.unreachable);
	for (size_t i = 0; i < found->count; i++)
		*array_add(&host->facts.problems) = mem_string(found->messages[i]);
	error_list_append(errors, found);
	return facts_print(printing, &host->facts);
}

/* Returns how many were reached; -1 if standard output can't be written. */
static int hosts_print(struct printing *printing, const struct batch *batch,
		       struct error_list *errors)
{
	const unsigned int parts = FACTS_ALL | FACTS_CAPABILITIES | FACTS_ACTIVITY;
	size_t count = batch->hypervisors.count;
	CLEANUP(free_ptr) struct host *list = mem_zero(count, sizeof(*list));
	CLEANUP(free_ptr)
	struct error_list *found = mem_zero(count, sizeof(*found));
	int reached = 0, status = 0;

	hosts_connect(list, batch->hypervisors.items, count);
	hosts_read(list, count, parts, found);
	for (size_t i = 0; i < count; i++) {
		verb_denied_warn(printing->verb->cli, &list[i]);
		if (status == 0)
			status = host_print(printing, &list[i], &found[i], errors);
		reached += list[i].facts.is_reached;
		error_list_free(&found[i]);
	}
	hosts_close(list, count);
	return status < 0 ? -1 : reached;
}

/* What plan does not read is said while the hypervisors can still be asked. */
static void size_check(const struct printing *printing)
{
	char size[NUM_SIZE_TEXT_MAX], max[NUM_SIZE_TEXT_MAX];

	if (printing->size_bytes <= FACTS_SIZE_MAX)
		return;
	cli_warn(printing->verb->cli,
		 "the facts have %s, and plan --facts reads at most %s of a file; each "
		 "line is a hypervisor's and can be a file of its own",
		 num_size_text(printing->size_bytes, size),
		 num_size_text(FACTS_SIZE_MAX, max));
}

int verb_facts(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(printing_free) struct printing printing = {.verb = &verb};
	int reached;

	verb_begin(&verb, cli, 0, 1);
	verb_batch_distrust(cli, &verb.batch);
	if (verb_errors_print(&verb) != CLI_DONE)
		return CLI_USAGE;
	verb_use_address(&verb);
	reached = hosts_print(&printing, &verb.batch, &errors);
	if (reached < 0)
		return CLI_SYSTEM;
	size_check(&printing);
	cli_warnings(cli, &errors);
	if (!reached)
		return CLI_SYSTEM;
	return errors.count ? CLI_NO : CLI_DONE;
}
