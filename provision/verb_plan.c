/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision plan and check: what apply would do, and whether it could. */
#define _GNU_SOURCE
#include <stdio.h>

#include "common/cleanup.h"
#include "provision/verbs.h"

static const struct plan_item *item_of(const void *record)
{
	return record;
}

static void get_name(const void *record, struct output_value *value)
{
	output_text(value, item_of(record)->machine->name);
}

static void get_action(const void *record, struct output_value *value)
{
	output_text(value, plan_action_name(item_of(record)->action));
}

static void get_hypervisor(const void *record, struct output_value *value)
{
	output_text(value, item_of(record)->machine->hypervisor->name);
}

static void get_image(const void *record, struct output_value *value)
{
	const struct plan_item *item = item_of(record);

	output_text(value, item->image ? item->image->id : NULL);
}

static void get_note(const void *record, struct output_value *value)
{
	const struct plan_item *item = item_of(record);

	if (item->action == PLAN_FAIL)
		output_text(value, item->reason);
	else if (item->differs)
		output_text(value, "was made from other input");
}

static const struct output_column columns[] = {
	{"Name", "NAME", 0, get_name},
	{"Action", "ACTION", 0, get_action},
	{"Hypervisor", "HYPERVISOR", 0, get_hypervisor},
	{"ImageId", "IMAGE", 0, get_image},
	{"Note", "NOTE", 0, get_note},
};

int verb_plan_show(const struct verb *verb)
{
	struct cli *cli = verb->cli;
	struct output *output = output_begin(stdout, cli->format, columns,
					     ARRAY_LENGTH(columns), cli->header);
	CLEANUP(error_free) struct error error = {0};
	int status = CLI_DONE;

	array_foreach(item, &verb->plan.items) {
		output_record(output, item);
		if (item->action != PLAN_KEEP)
			status = CLI_NO;
	}
	if (output_end(output, &error) < 0) {
		cli_error(cli, "standard output: %s", error_text(&error));
		return CLI_SYSTEM;
	}
	return status;
}

int verb_plan(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};

	verb_begin(&verb, cli, 1, 1);
	verb_survey(&verb, HOST_ALL, false);
	if (verb_errors_tell(&verb) != CLI_DONE)
		return CLI_USAGE;
	return verb_plan_show(&verb);
}

int verb_check(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};

	verb_begin(&verb, cli, 1, 1);
	if (!verb.offline)
		verb_survey(&verb, HOST_ALL, false);
	array_foreach(item, &verb.plan.items) {
		if (item->action == PLAN_FAIL)
			batch_hypervisor_error(item->machine->hypervisor, "url",
					       &verb.errors, "%s", item->reason);
	}
	return verb_errors_tell(&verb);
}
