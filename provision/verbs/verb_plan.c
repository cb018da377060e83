/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision plan and check: what apply would do, and whether it can. */
#define _GNU_SOURCE
#include <stdio.h>

#include "common/cleanup.h"
#include "common/shown_names.h"
#include "provision/machine/owns.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_moved.h"
#include "provision/verbs/verb_definitions.h"
#include "provision/verbs/verb_deletion.h"

enum { NAMES_SHOWN_MAX = 3 };

DEFINE_CLEANUP(json_object *, json_object_put)

struct plan_record {
	const struct change *change;
	json_object *changes, *owns;
};

static const struct change *change_of(const void *record)
{
	return ((const struct plan_record *)record)->change;
}

static void get_name(const void *record, struct output_value *value)
{
	output_text(value, change_of(record)->name);
}

static void get_action(const void *record, struct output_value *value)
{
	output_text(value, change_action_name(change_of(record)->action));
}

static void get_hypervisor(const void *record, struct output_value *value)
{
	const struct facts *facts = change_of(record)->facts;

	output_text(value, facts ? facts->config->name : NULL);
}

static void get_image(const void *record, struct output_value *value)
{
	const struct change *change = change_of(record);

	if (change->domain)
		output_text(value, change->domain->metadata.image_id);
	else
		output_text(value, change->image ? change->image->id : NULL);
}

static void get_changes(const void *record, struct output_value *value)
{
	output_tree(value, ((const struct plan_record *)record)->changes);
}

static void get_changes_text(const void *record, struct output_value *value)
{
	const struct change *change = change_of(record);
	CLEANUP(free_ptr) char *text = machine_diff_text(&change->diff, true);
	CLEANUP(free_ptr) char *waits = machine_diff_text(&change->waits, true);

	if (*text || *waits)
		output_text_format(value, "%s%s%s", text, *text && *waits ? "; " : "",
				   waits);
}

/* Why it fails or stays, what is wrong with it, its leftovers elsewhere, or why it is on
 * that hypervisor. */
static void get_reason(const void *record, struct output_value *value)
{
	const struct change *change = change_of(record);
	CLEANUP(free_ptr) char *left = plan_moved_text(change);
	CLEANUP(free_ptr) char *copies = plan_copies_text(change);
	CLEANUP(free_ptr) char *faults = plan_faults_text(change, false);
	const char *parts[] = {faults, left, copies};
	CLEANUP(buf_free) struct buf text = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
		if (parts[i])
			buf_format(&text, "%s%s", text.size ? "; " : "", parts[i]);
	}
	if (text.size && change->action != ACTION_FAIL)
		output_text_format(value, "%s", text.data);
	else
		output_text(value, change->reason ? change->reason : change->placement);
}

/* The metadata of a machine that will be deleted or adopted; NULL otherwise. */
static const struct metadata *owned_by(const struct change *change)
{
	if (change->action == ACTION_ADOPT)
		return change->adopted;
	if (change->action != ACTION_DELETE)
		return NULL;
	return change->deleted ? change->deleted : &change->domain->metadata;
}

static void get_owns(const void *record, struct output_value *value)
{
	output_tree(value, ((const struct plan_record *)record)->owns);
}

static void get_owns_text(const void *record, struct output_value *value)
{
	const struct metadata *metadata = owned_by(change_of(record));
	CLEANUP(free_ptr) char *text = metadata ? owns_text(metadata) : NULL;

	if (text)
		output_text_format(value, "%s", text);
}

static const struct output_column columns[] = {
	{"Name", "NAME", 0, get_name},
	{"Action", "ACTION", 0, get_action},
	{"Hypervisor", "HYPERVISOR", 0, get_hypervisor},
	{"ImageId", "IMAGE", 0, get_image},
	{"Changes", "CHANGES", OUTPUT_TEXT_ONLY, get_changes_text},
	{"Changes", "CHANGES", OUTPUT_JSON_ONLY, get_changes},
	{"Reason", "REASON", 0, get_reason},
	{"Owns", "OWNS", OUTPUT_TEXT_ONLY, get_owns_text},
	{"Owns", "OWNS", OUTPUT_JSON_ONLY, get_owns},
};

void verb_changes_add(json_object *list, const struct machine_diff *diff)
{
	array_foreach(difference, &diff->differences) {
		json_object *object = json_object_new_object();

		json_object_object_add(
			object, "Field",
			json_object_new_string(machine_field_name(difference->field)));
		json_object_object_add(object, "From",
				       json_object_new_string(difference->from));
		json_object_object_add(object, "To",
				       json_object_new_string(difference->to));
		json_object_object_add(
			object, "How",
			json_object_new_string(machine_difference_how(difference)));
		json_object_array_add(list, object);
	}
}

static json_object *changes_json(const struct change *change)
{
	json_object *list = json_object_new_array();

	verb_changes_add(list, &change->diff);
	verb_changes_add(list, &change->waits);
	return list;
}

/* Warns of the machines whose metadata --update would take the text out of, or add it to.
 */
static void userdata_warn(const struct verb *verb, bool hides, const char *warning)
{
	CLEANUP(shown_names_free)
	struct shown_names names = {.max = NAMES_SHOWN_MAX};

	array_foreach(change, &verb->changes.list) {
		const struct machine_diff *diff = &change->diff;

		if (hides ? diff->hides_userdata : diff->shows_userdata)
			shown_names_add(&names, change->name);
	}
	if (names.count)
		cli_warn(verb->cli, "%s: the user data is %s", shown_names_text(&names),
			 warning);
}

void verb_userdata_warn(const struct verb *verb)
{
	userdata_warn(
		verb, true,
		"in the metadata, which every local user of the hypervisor can "
		"read; apply --update removes it, and userdata_metadata = yes keeps "
		"it");
	userdata_warn(
		verb, false,
		"not in the metadata, which userdata_metadata = yes asks for; apply "
		"--update adds it");
}

/* With --prune, what is still unlisted was refused. */
static bool is_failed(const struct verb *verb, const struct change *change)
{
	return change->action == ACTION_FAIL ||
	       (change->action == ACTION_UNLISTED && verb->input.prune);
}

/* What others have done to a machine and apply does not restore has to be done by hand.
 */
static bool is_to_do(const struct change *change)
{
	return plan_faults_degrade(change) ||
	       (change->action != ACTION_KEEP && change->action != ACTION_ABSENT &&
		change->action != ACTION_UNLISTED);
}

static int plan_status(const struct verb *verb)
{
	int status = CLI_DONE;

	if (verb_all_unreached(verb))
		return CLI_SYSTEM;
	array_foreach(change, &verb->changes.list) {
		if (is_failed(verb, change))
			return CLI_NO;
		if (is_to_do(change))
			status = CLI_TO_DO;
	}
	return status;
}

int verb_plan_show(const struct verb *verb)
{
	struct cli *cli = verb->cli;
	struct output *output = output_begin(stdout, cli->format, columns,
					     ARRAY_LENGTH(columns), cli->header);

	verb_userdata_warn(verb);
	cli_warnings(cli, &verb->changes.warnings);
	array_foreach(change, &verb->changes.list) {
		CLEANUP(json_object_put_ptr)
		json_object *changes = changes_json(change);
		const struct metadata *metadata = owned_by(change);
		CLEANUP(json_object_put_ptr)
		json_object *owns = metadata ? owns_json(metadata) : NULL;

		output_record(output, &(struct plan_record){change, changes, owns});
	}
	return cli_output_end(cli, output, plan_status(verb));
}

int verb_plan(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	int status;

	verb.input.unlisted = true;
	verb_begin(&verb, cli, 1, 1);
	if (verb.facts_files.count) {
		verb_prepare_recorded(&verb);
	} else {
		verb_batch_distrust(cli, &verb.batch);
		verb_prepare(&verb, FACTS_ALL, false);
		verb_definitions_check(&verb);
	}
	status = verb_errors_print(&verb);
	if (status != CLI_DONE)
		return status;
	verb_unlisted_warn(&verb, "");
	return verb_deletion_show(&verb);
}

/* Adds the machines whose hypervisor can't be reached to the errors. */
static void unreached_add(struct verb *verb)
{
	size_t before = verb->errors.count;

	array_foreach(change, &verb->changes.list) {
		if (change->action == ACTION_FAIL && change->facts &&
		    !change->facts->is_reached)
			batch_hypervisor_error(change->facts->config, "url",
					       &verb->errors, "%s", change->reason);
		else if (change->action == ACTION_FAIL)
			batch_machine_error(change->machine, "hypervisor", &verb->errors,
					    "%s", change->reason);
	}
	verb->errors.unasked += verb->errors.count - before;
}

int verb_check(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t errors;
	int status;

	verb_begin(&verb, cli, 1, 1);
	if (!verb.offline) {
		verb_batch_distrust(cli, &verb.batch);
		verb_prepare(&verb, FACTS_ALL, false);
		verb_definitions_check(&verb);
	}
	errors = verb.errors.count;
	unreached_add(&verb);
	cli_warnings(cli, &verb.changes.warnings);
	status = verb_errors_print(&verb);
	/* The other machines were checked. */
	return status == CLI_SYSTEM && !errors && !verb_all_unreached(&verb) ? CLI_NO
									     : status;
}
