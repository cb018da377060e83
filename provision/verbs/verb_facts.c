/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision facts: prints the facts of hypervisors that plan would use, as JSON.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

#include "provision/host/facts_redact.h"
#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/host/facts_json.h"
#include "provision/verbs/verbs.h"

static int facts_print(struct facts *facts, bool redacts)
{
	CLEANUP(json_put) json_object *object = NULL;
	CLEANUP(buf_free) struct buf text = {0};
	const char *name = redacts ? "host-1" : facts->config->name;

	if (redacts)
		facts_redact(facts);
	object = facts_json_write(facts, name, (uint64_t)time(NULL));
	text_add_json_text(
		&text,
		json_object_to_json_string_ext(
			object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	return puts(buf_text(&text)) == EOF ? -1 : 0;
}

/* Nothing is printed for a hypervisor that can't be reached. */
static int host_print(const struct verb *verb, const struct batch_hypervisor *config,
		      struct error_list *errors, bool *is_reached)
{
	CLEANUP(host_free) struct host host = {0};
	size_t before = errors->count;

	*is_reached = host_open(&host, config) == 0;
	if (!*is_reached) {
		error_list_add(errors, "%s: %s", config->name, host.facts.unreachable);
		return 0;
	}
	facts_read(&host, FACTS_ALL | FACTS_CAPABILITIES | FACTS_ACTIVITY, errors);
	for (size_t i = before; i < errors->count; i++)
		*array_add(&host.facts.problems) = mem_string(errors->messages[i]);
	return facts_print(&host.facts, verb->redacts);
}

int verb_facts(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	size_t reached = 0;

	verb_begin(&verb, cli, 0, 1);
	verb_batch_distrust(cli, &verb.batch);
	if (verb_errors_print(&verb) != CLI_DONE)
		return CLI_USAGE;
	verb_use_address(&verb);
	array_foreach(config, &verb.batch.hypervisors) {
		bool is_reached;

		if (host_print(&verb, config, &errors, &is_reached) < 0)
			return CLI_SYSTEM;
		reached += is_reached;
	}
	cli_warnings(cli, &errors);
	if (!reached)
		return CLI_SYSTEM;
	return errors.count ? CLI_NO : CLI_DONE;
}
