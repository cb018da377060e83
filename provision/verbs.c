/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of vmango-provision, and what they share. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "provision/verbs.h"

#define SHARED_SETTINGS "/etc/vmango/vmango.ini"

volatile sig_atomic_t verb_interrupted;

static void signal_take(int number)
{
	(void)number;
	verb_interrupted = 1;
}

void verb_catch_signals(void)
{
	/* A second signal ends the program at once, which the next run recovers from. */
	struct sigaction action = {.sa_handler = signal_take,
				   .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&action.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* A reader that went away must not end the work half-way. */
	sigaction(SIGPIPE, &ignore, NULL);
}

int verb_batch_load(struct cli *cli, struct batch *batch, struct error_list *errors)
{
	struct batch_options options = {.shared_path = SHARED_SETTINGS,
					.home = getenv("HOME")};
	int status;

	cli_operands(cli, 1, 1);
	if (cli->uris.count > 1)
		cli_usage(cli, "one --connect at most; a batch names its hypervisors");
	if (cli->uris.count)
		options.url = cli->uris.items[0];
	status = batch_load(cli->operands[0], &options, batch, errors);
	if (options.url && batch->hypervisors.count > 1)
		cli_usage(cli, "--connect with a batch of %zu hypervisors",
			  batch->hypervisors.count);
	return status;
}

static void step_print(void *data, const char *machine, const char *step)
{
	cli_warn(data, "%s: %s", machine, step);
}

void verb_run_begin(struct run *run, struct cli *cli, const struct plan *plan)
{
	*run = (struct run){.wait_s = VERB_WAIT_S,
			    .workers = VERB_WORKERS_PER_HOST,
			    .interrupted = &verb_interrupted,
			    .report = step_print,
			    .data = cli};
	run->workers *= (unsigned int)plan->batch->hypervisors.count;
	if (run->workers > VERB_WORKERS_MAX)
		run->workers = VERB_WORKERS_MAX;
	pthread_mutex_init(&run->lock, NULL);
	verb_catch_signals();
}

void verb_run_end(struct run *run)
{
	pthread_mutex_destroy(&run->lock);
}

unsigned int verb_number(struct cli *cli, unsigned int min, unsigned int max)
{
	CLEANUP(error_free) struct error error = {0};
	uint64_t number;

	if (num_parse(cli->value, min, max, &number, &error) < 0)
		cli_usage(cli, "%s", error_text(&error));
	return (unsigned int)number;
}

static const struct verb_result *result_of(const void *record)
{
	return record;
}

static void get_name(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->item->machine->name);
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
	char text[INET_ADDRSTRLEN];

	if (address->known)
		output_text_format(
			value, "%s",
			inet_ntop(AF_INET, &address->address, text, sizeof(text)));
}

static void get_hypervisor(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->item->machine->hypervisor->name);
}

static void get_plan(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->item->machine->plan->name);
}

static void get_image(const void *record, struct output_value *value)
{
	const struct plan_item *item = result_of(record)->item;

	if (item->domain)
		output_text(value, item->domain->metadata.image_id);
	else if (item->image)
		output_text(value, item->image->id);
}

static void get_hwaddr(const void *record, struct output_value *value)
{
	static const uint8_t none[MAC_SIZE];
	const uint8_t *mac = result_of(record)->item->mac;
	char text[MAC_TEXT_MAX];

	if (!mac_equal(mac, none))
		output_text_format(value, "%s", mac_format(mac, text));
}

static void get_id(const void *record, struct output_value *value)
{
	const char *uuid = result_of(record)->item->uuid;

	output_text(value, *uuid ? uuid : NULL);
}

static void get_reason(const void *record, struct output_value *value)
{
	output_text(value, result_of(record)->error.message);
}

static const struct output_column columns[] = {
	{"Name", "NAME", 0, get_name},
	{"Result", "RESULT", 0, get_result},
	{"StateName", "STATE", 0, get_state},
	{"Ip.Address", "ADDRESS", 0, get_address},
	{"Hypervisor", "HYPERVISOR", 0, get_hypervisor},
	{"Plan", "PLAN", 0, get_plan},
	{"ImageId", "IMAGE", 0, get_image},
	{"HWAddr", "MAC", 0, get_hwaddr},
	{"Id", "ID", OUTPUT_JSON_ONLY, get_id},
	{"Reason", "REASON", OUTPUT_JSON_ONLY, get_reason},
};

int verb_results_print(struct cli *cli, const struct verb_result *results, size_t count)
{
	CLEANUP(error_free) struct error error = {0};
	struct output *output = output_begin(stdout, cli->format, columns,
					     ARRAY_LENGTH(columns), cli->header);

	for (size_t i = 0; i < count; i++)
		output_record(output, &results[i]);
	if (output_end(output, &error) == 0)
		return 0;
	cli_error(cli, "standard output: %s", error_text(&error));
	return -1;
}

void verb_results_free(struct verb_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		error_free(&results[i].error);
	free(results);
}
