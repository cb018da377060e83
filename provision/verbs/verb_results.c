/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of a verb, as records. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/plan/plan_faults.h"
#include "provision/verbs/verbs.h"

static const struct verb_result *result_of(const void *record)
{
	return record;
}

static void get_name(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->change->name);
}

static void get_result(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->result);
}

static void get_state(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->state);
}

static void get_address(const void *record, struct output_value *value)
{
	const struct machine_address *address = &result_of(record)->address;
	char text[LEASE_ADDRESS_TEXT_MAX];

	if (address->known)
		output_text_format(value, "%s",
				   lease_address_format(&address->address, text));
}

static void get_hypervisor(const void *record, struct output_value *value)
{
	const struct facts *facts = result_of(record)->change->facts;

	output_text(value, facts ? facts->config->name : NULL);
}

static void get_plan(const void *record, struct output_value *value)
{
	const struct change *change = result_of(record)->change;

	output_text(value, change->machine ? change->machine->plan->name
					   : change->domain->metadata.plan);
}

static void get_image(const void *record, struct output_value *value)
{
	const struct change *change = result_of(record)->change;

	if (change->domain)
		output_text(value, change->domain->metadata.image_id);
	else if (change->image)
		output_text(value, change->image->id);
}

static void get_hwaddr(const void *record, struct output_value *value)
{
	static const uint8_t none[MAC_SIZE];
	const uint8_t *mac = result_of(record)->change->mac;
	char text[MAC_TEXT_MAX];

	if (!mac_equal(mac, none))
		output_text_format(value, "%s", mac_format(mac, text));
}

static void get_id(const void *record, struct output_value *value)
{
	const char *uuid = result_of(record)->change->uuid;

	output_text(value, *uuid ? uuid : NULL);
}

/* Why it failed, what is wrong with it, or what differs. */
static void get_reason(const void *record, struct output_value *value)
{
	const struct verb_result *result = result_of(record);
	CLEANUP(free_ptr)
	char *faults = plan_faults_text(result->change, result->has_restored);

	if (result->error.message) {
		output_text(value, result->error.message);
	} else if (faults) {
		output_text_format(value, "%s", faults);
	} else if (!strcmp(result->result, "differs")) {
		CLEANUP(free_ptr)
		char *text = machine_diff_text(&result->change->diff, true);

		output_text_format(value, "%s", text);
	}
}

/* As vmango-leases calls the sources. */
static void get_source(const void *record, struct output_value *value)
{
	const struct machine_address *address = &result_of(record)->address;

	if (address->known)
		output_text(value, lease_source_name(address->source));
}

static void get_waits(const void *record, struct output_value *value)
{
	output_tree(value, result_of(record)->waits);
}

static void get_event(const void *record, struct output_value *value)
{
	(void)record;
	output_text(value, "result");
}

/* The first column is only for events. */
static const struct output_column columns[] = {
	{"Event", "EVENT", OUTPUT_JSON_ONLY, get_event},
	{"Name", "NAME", 0, get_name},
	{"Result", "RESULT", 0, get_result},
	{"StateName", "STATE", 0, get_state},
	{"Ip.Address", "ADDRESS", 0, get_address},
	{"AddressSource", "SOURCE", OUTPUT_JSON_ONLY, get_source},
	{"Hypervisor", "HYPERVISOR", 0, get_hypervisor},
	{"Plan", "PLAN", 0, get_plan},
	{"ImageId", "IMAGE", 0, get_image},
	{"HWAddr", "MAC", 0, get_hwaddr},
	{"Id", "ID", OUTPUT_JSON_ONLY, get_id},
	{"Reason", "REASON", OUTPUT_JSON_ONLY, get_reason},
	{"Waits", "WAITS", OUTPUT_JSON_ONLY, get_waits},
};

struct output *verb_results_begin(const struct verb *verb, bool with_event)
{
	size_t skipped = with_event ? 0 : 1;

	return output_begin(stdout, verb->cli->format, columns + skipped,
			    ARRAY_LENGTH(columns) - skipped, verb->cli->header);
}

int verb_results_print(const struct verb *verb, const struct verb_result *results,
		       size_t count)
{
	struct output *output = verb_results_begin(verb, false);

	for (size_t i = 0; i < count; i++)
		output_record(output, &results[i]);
	return cli_output_end(verb->cli, output, CLI_DONE) == CLI_DONE ? 0 : -1;
}

void verb_results_free(struct verb_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		error_free(&results[i].error);
		json_object_put(results[i].waits);
	}
	free(results);
}
