/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision context: prints the input of templates for a machine. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provision/host/metadata_write.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/plan/context.h"
#include "provision/batch/identity.h"
#include "provision/machine/machine_wait.h"
#include "provision/verbs/verbs.h"

DEFINE_CLEANUP(json_object *, json_object_put)

/* Without a hypervisor: what only it knows stays null. */
static json_object *context_offline(const struct batch *batch,
				    const struct batch_machine *machine)
{
	char id[UUID_STR_LEN];
	uuid_t uuid;
	struct context context = {.machine = machine, .arch = machine->arch};

	identity_uuid(batch->name, machine->name, uuid, id);
	context.id = id;
	if (machine->hypervisor_count == 1)
		context.hypervisor = machine->hypervisors[0];
	if (machine->ip == BATCH_IP_ADDRESS)
		context.address = &machine->address;
	return context_json(&context);
}

/* With the metadata of a complete machine, for creating it by hand. */
static json_object *context_online(const struct change *change, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(free_ptr) char *markup = NULL;
	struct machine_address address = {0};

	if (!change->image) {
		error_set(error, "its image is no longer in pool %s of %s",
			  change->facts->config->image_pool, change->facts->config->name);
		return NULL;
	}
	if (change->domain)
		machine_address_find(change, &address);
	else if (change->machine->ip == BATCH_IP_ADDRESS)
		address = (struct machine_address){
			.known = true,
			.address = lease_address_v4(change->machine->address)};
	machine_metadata(change, &address, METADATA_READY, MACHINE_VOLUMES, &metadata);
	markup = metadata_xml(&metadata, error);
	return markup ? machine_context(change, &address, markup) : NULL;
}

static int context_print(json_object *context)
{
	CLEANUP(buf_free) struct buf text = {0};

	text_add_json_text(&text,
			   json_object_to_json_string_ext(
				   context, JSON_C_TO_STRING_PRETTY |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
	return puts(buf_text(&text)) == EOF ? CLI_SYSTEM : CLI_DONE;
}

int verb_context(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	CLEANUP(json_object_put_ptr) json_object *context = NULL;
	CLEANUP(error_free) struct error error = {0};
	int status;

	verb_begin(&verb, cli, 2, 2);
	if (!verb.offline)
		verb_batch_distrust(cli, &verb.batch);
	*array_add(&verb.machines) = cli->operands[1];
	verb.input.filter.machines = verb.machines.items;
	verb.input.filter.machine_count = verb.machines.count;
	plan_filter_check(&verb.input.filter, &verb.batch, NULL, 0, &verb.errors);
	if (!verb.errors.count && !verb.offline)
		verb_prepare(&verb, FACTS_ALL | FACTS_CAPABILITIES, false);
	status = verb_errors_print(&verb);
	if (status != CLI_DONE)
		return status;
	if (verb.offline)
		context = context_offline(
			&verb.batch, batch_machine_find(&verb.batch, cli->operands[1]));
	else if (verb.changes.list.items[0].action == ACTION_FAIL)
		error_set(&error, "%s", verb.changes.list.items[0].reason);
	else
		context = context_online(&verb.changes.list.items[0], &error);
	if (context)
		return context_print(context);
	cli_error(cli, "%s: %s", cli->operands[1], error_text(&error));
	return verb_all_unreached(&verb) ? CLI_SYSTEM : CLI_NO;
}
