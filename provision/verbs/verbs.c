/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of vmango-provision share: options, batch, changes, work on each
 * machine.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/interrupt.h"
#include "common/num.h"
#include "common/shown_names.h"
#include "common/text.h"
#include "common/virt_open.h"
#include "provision/batch/batch_load.h"
#include "provision/batch/trust.h"
#include "provision/host/host_connection.h"
#include "provision/verbs/verb_check.h"
#include "provision/verbs/verb_command.h"
#include "provision/verbs/verb_locks.h"
#include "provision/verbs/verb_progress.h"
#include "provision/verbs/verbs.h"

#define SHARED_SETTINGS "/etc/vmango/vmango.ini"

static unsigned int number_get(struct cli *cli, unsigned int min, unsigned int max)
{
	CLEANUP(error_free) struct error error = {0};
	uint64_t number;

	if (num_parse(cli->value, min, max, &number, &error) < 0)
		cli_usage(cli, "%s", error_text(&error));
	return (unsigned int)number;
}

static void option_take(struct verb *verb, enum verb_option option)
{
	struct cli *cli = verb->cli;

	switch (option) {
	case VERB_WAIT:
		verb->wait_s = number_get(cli, 0, VERB_WAIT_MAX_S);
		break;
	case VERB_GRACEFUL:
		verb->graceful_s = number_get(cli, 0, VERB_WAIT_MAX_S);
		break;
	case VERB_JOBS:
		verb->workers = number_get(cli, 1, VERB_WORKERS_MAX);
		break;
	case VERB_MACHINE:
		*array_add(&verb->machines) = cli->value;
		break;
	case VERB_ONLY:
		verb->input.filter.only = cli->value;
		break;
	case VERB_OFFLINE:
		verb->offline = true;
		break;
	case VERB_UPDATE:
		verb->update = true;
		break;
	case VERB_HOTPLUG:
		verb->hotplug = true;
		break;
	case VERB_PRUNE:
	case VERB_ALL:
		verb->input.prune = true;
		break;
	case VERB_YES:
		verb->yes = true;
		break;
	case VERB_INVENTORY:
		verb->inventory = true;
		break;
	case VERB_FACTS:
		*array_add(&verb->facts_files) = cli->value;
		break;
	case VERB_REDACT:
		verb->redacts = true;
		break;
	case VERB_LOST:
		*array_add(&verb->lost) = cli->value;
		break;
	case VERB_PROBE: /* only of doctor */
		break;
	}
}

void verb_batch_read(struct cli *cli, struct batch *batch, struct error_list *errors)
{
	struct batch_options options = {.shared_path = SHARED_SETTINGS,
					.home = getenv("HOME")};
	const char *path = cli->operand_count ? cli->operands[0] : NULL;

	if (path && cli->uris.count > 1)
		cli_usage(cli, "one --connect at most; a batch names its hypervisors");
	if (path && cli->uris.count)
		options.url = cli->uris.items[0];
	batch_load(path, &options, batch, errors);
	if (options.url && batch->hypervisors.count > 1)
		cli_usage(cli, "--connect with a batch of %zu hypervisors",
			  batch->hypervisors.count);
}

void verb_use_address(struct verb *verb)
{
	struct batch *batch = &verb->batch;
	struct cli *cli = verb->cli;

	if (cli->operand_count || !cli->uris.count)
		return;
	batch->hypervisors.count = 1;
	batch->hypervisors.items[0].name = cli->uris.items[0];
	batch->hypervisors.items[0].url = cli->uris.items[0];
}

void verb_batch_distrust(struct cli *cli, struct batch *batch)
{
	CLEANUP(error_list_free) struct error_list warnings = {0};

	batch_distrust(batch, &warnings);
	cli_warnings(cli, &warnings);
}

/* The user who runs this, for messages; NULL: unknown. The caller owns it. */
static char *user_name(void)
{
	static const char *const names[] = {"SUDO_USER", "USER", "LOGNAME"};
	struct passwd *entry;

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		const char *name = getenv(names[i]);

		if (name && *name)
			return mem_string(name);
	}
	entry = getpwuid(geteuid());
	return entry ? mem_string(entry->pw_name) : NULL;
}

void verb_begin(struct verb *verb, struct cli *cli, int min, int max)
{
	verb->user = user_name();
	verb->cli = cli;
	verb->wait_s = VERB_WAIT_S;
	for (int option; (option = cli_next(cli)) != CLI_END;)
		option_take(verb, (enum verb_option)option);
	if (verb->hotplug && !verb->update)
		cli_usage(cli, "--hotplug is only for --update");
	cli_operands(cli, verb->inventory ? 0 : min, max);
	verb_batch_read(cli, &verb->batch, &verb->errors);
	verb->operands = verb_command_batch(cli);
	verb_check_options(verb);
}

void verb_end(struct verb *verb)
{
	array_foreach(change, &verb->changes.list)
		owner_lock_release(change->former);
	changes_free(&verb->changes);
	for (size_t i = 0; verb->templates && i < verb->batch.hypervisors.count; i++)
		machine_templates_free(&verb->templates[i]);
	free(verb->templates);
	hosts_free(&verb->hosts);
	recorded_free(&verb->recorded);
	owner_free(&verb->owner);
	batch_free(&verb->batch);
	error_list_free(&verb->errors);
	free(verb->machines.items);
	free(verb->operands);
	free(verb->user);
	free(verb->lost.items);
	free(verb->facts_files.items);
}

/* The absolute path of the batch, for users on other hosts; "-" if it was piped. */
static char *batch_path(const char *path)
{
	char *full = NULL;

	if (!strcmp(path, "-") || file_is_stream(path))
		return mem_string("-");
	full = realpath(path, NULL);
	return full ? full : mem_string(path);
}

static void watching(void *data, const char *hypervisor, const char *owner)
{
	const struct verb *verb = data;

	cli_warn(verb->cli, "batch \"%s\" is locked on %s by %s; watching it for %d s",
		 verb->batch.name, hypervisor, owner, OWNER_LOCK_WATCH_S);
}

void verb_own(struct verb *verb)
{
	CLEANUP(free_ptr) char *file = batch_path(verb->cli->operands[0]);

	owner_self(verb->cli->verb->name, verb->user, file, &verb->owner);
	verb->owns = true;
}

int verb_errors_print(const struct verb *verb)
{
	if (verb->hosts.held.count) {
		cli_errors(verb->cli, &verb->hosts.held);
		return CLI_SYSTEM;
	}
	cli_errors(verb->cli, &verb->errors);
	if (!verb->errors.count)
		return CLI_DONE;
	return verb->errors.unasked == verb->errors.count ? CLI_SYSTEM : CLI_USAGE;
}

bool verb_is_unreached(const struct change *change)
{
	return change->action == ACTION_FAIL &&
	       !(change->facts && change->facts->is_reached);
}

bool verb_all_unreached(const struct verb *verb)
{
	size_t count = 0;

	array_foreach(change, &verb->changes.list) {
		if (change->action == ACTION_UNLISTED)
			continue;
		if (!verb_is_unreached(change))
			return false;
		count++;
	}
	return count > 0;
}

static bool is_used(void *data, const struct batch_hypervisor *config)
{
	const struct verb *verb = data;

	return plan_uses(&verb->input, config);
}

static void input_make(struct verb *verb)
{
	struct plan_input *input = &verb->input;

	input->batch = &verb->batch;
	input->creator = verb->user;
	input->operands = verb->operands;
	input->token = verb->owns ? verb->owner.token : NULL;
	input->lost = verb->lost.items;
	input->lost_count = verb->lost.count;
	input->filter.machines = verb->machines.items;
	input->filter.machine_count = verb->machines.count;
}

/* Errors in templates of a hypervisor that is not used, or can't be reached, are ignored.
 */
static void templates_read(struct verb *verb)
{
	size_t count = verb->batch.hypervisors.count;

	verb->templates = mem_zero(count, sizeof(*verb->templates));
	verb->input.templates = verb->templates;
	for (size_t i = 0; i < count; i++) {
		const struct facts *facts = verb->input.facts[i];
		CLEANUP(error_list_free) struct error_list ignored = {0};

		if (facts->is_reached)
			machine_templates_read(
				facts->config, &verb->templates[i],
				is_used(verb, facts->config) ? &verb->errors : &ignored);
	}
}

static void denied_warn(const struct verb *verb)
{
	for (size_t i = 0; i < verb->hosts.count; i++)
		verb_denied_warn(verb->cli, &verb->hosts.list[i]);
}

void verb_denied_warn(struct cli *cli, const struct host *host)
{
	CLEANUP(free_ptr) char *text = host_denied_text(host);

	if (text)
		cli_warn(cli, "%s", text);
}

/* The planner only uses facts; carrying out the changes needs the hypervisors. */
static void changes_bind(struct changes *changes, const struct hosts *hosts)
{
	array_foreach(change, &changes->list) {
		if (change->facts)
			change->host = hosts_find(hosts, change->facts->config);
		array_foreach(leftover, &change->leftovers)
			leftover->host = hosts_find(hosts, leftover->facts->config);
	}
}

void verb_prepare(struct verb *verb, unsigned int parts, bool find_only)
{
	const struct hosts_job job = {.batch = &verb->batch,
				      .parts = parts,
				      .owner = verb->owns ? &verb->owner : NULL,
				      .looker = verb->owns ? NULL : &verb->owner,
				      .watching = watching,
				      .is_used = is_used,
				      .data = verb};

	if (!verb->owns)
		owner_self(verb->cli->verb->name, verb->user, "", &verb->owner);
	input_make(verb);
	hosts_open(&job, &verb->hosts, &verb->errors);
	verb->input.facts = verb->hosts.facts;
	denied_warn(verb);
	if (verb->hosts.held.count)
		return;
	if (find_only) {
		plan_find(&verb->input, &verb->changes, &verb->errors);
	} else {
		templates_read(verb);
		plan_make(&verb->input, &verb->changes, &verb->errors);
	}
	changes_bind(&verb->changes, &verb->hosts);
	verb_check_filter(verb);
	if (!verb->owns)
		verb_locks_show(verb);
}

static void problems_take(struct verb *verb, const struct facts *facts)
{
	if (!is_used(verb, facts->config))
		return;
	array_foreach(problem, &facts->problems)
		error_list_add(&verb->errors, "%s", *problem);
}

void verb_prepare_recorded(struct verb *verb)
{
	input_make(verb);
	if (recorded_read(verb->facts_files.items, verb->facts_files.count, &verb->batch,
			  verb->operands, &verb->recorded, &verb->errors) < 0)
		return;
	cli_warnings(verb->cli, &verb->recorded.notes);
	verb->input.facts = verb->recorded.facts;
	for (size_t i = 0; i < verb->recorded.count; i++)
		problems_take(verb, verb->recorded.facts[i]);
	templates_read(verb);
	plan_make(&verb->input, &verb->changes, &verb->errors);
	verb_check_filter(verb);
}

int verb_begin_existing(struct verb *verb, struct cli *cli)
{
	verb_begin(verb, cli, 1, 1);
	if (!cli->dry_run)
		verb_own(verb);
	if (!verb->errors.count)
		verb_prepare(verb, FACTS_DOMAINS | FACTS_NETWORK_IF_ACTIVE, true);
	return verb_errors_print(verb);
}

/* The work on all machines, shared by the threads. */
struct work {
	struct run run;
	struct run_state state;
	const struct batch *batch;
	struct verb_progress *progress;
	struct verb_result *results;
	void (*work)(struct run *run, struct verb_result *result);
};

/* One group per hypervisor, and one for changes without one. */
static size_t group_of(const void *data, size_t i)
{
	const struct work *work = data;
	const struct host *host = work->results[i].change->host;

	return host ? (size_t)(host->config - work->batch->hypervisors.items)
		    : work->batch->hypervisors.count;
}

void verb_failure_set(struct verb_result *result)
{
	const struct change *change = result->change;

	error_set(&result->error, "%s", change->reason);
	result->error.is_unasked = change->facts && !change->facts->is_reached;
}

/* A run that was stopped for long loses its connections, and its batch too if another run
 * has begun meanwhile: that says more. */
static void loss_look(struct owner_lock *owner, struct error *failure)
{
	struct error error = {0};

	if (failure->is_unasked && owner_lock_check(owner, &error) < 0 &&
	    !error.is_unasked)
		error_move(failure, &error);
	error_free(&error);
}

static void work_one(void *data, size_t i)
{
	struct work *work = data;
	struct verb_result *result = &work->results[i];

	result->state = "unknown";
	result->result = "failed";
	if (result->change->action == ACTION_FAIL) {
		verb_failure_set(result);
	} else {
		struct run run = work->run;

		run.owner = result->change->host->owner;
		work->work(&run, result);
		loss_look(run.owner, &result->error);
		host_connection_release(result->change->host);
	}
	verb_progress_result(work->progress, result);
}

/*
 * VMANGO_TEST_POINT=N:SIGNAL, for tests (struct run_trap): signal 9 kills the run at
 * point N, for instance. It grants nothing, as the user who sets it can also send the
 * signal.
 */
static void trap_set(struct run_trap *trap, const char *text)
{
	CLEANUP(free_ptr) char *point = NULL;
	const char *colon = text ? strchr(text, ':') : NULL;
	uint64_t at, signal;

	if (!colon)
		return;
	point = mem_substring(text, (size_t)(colon - text));
	if (num_parse(point, 1, UINT_MAX, &at, NULL) < 0 ||
	    num_parse(colon + 1, 1, SIGSYS, &signal, NULL) < 0)
		return;
	*trap = (struct run_trap){.at = (unsigned int)at, .signal = (int)signal};
}

static unsigned int workers_per_host(const struct verb *verb)
{
	if (!verb->workers)
		return VERB_WORKERS_PER_HOST;
	array_foreach(hypervisor, &verb->batch.hypervisors) {
		if (hypervisor->url && virt_open_is_ssh(hypervisor->url) &&
		    verb->workers > VERB_WORKERS_PER_SSH_HOST)
			return VERB_WORKERS_PER_SSH_HOST;
	}
	return verb->workers;
}

static void run_init(struct run *run, const struct verb *verb, struct run_state *state)
{
	unsigned int hosts = (unsigned int)verb->batch.hypervisors.count;

	*run = (struct run){.wait_s = verb->wait_s,
			    .graceful_s = verb->graceful_s,
			    .workers = verb->workers,
			    .group_of = group_of,
			    .group_count = hosts + 1,
			    .group_workers = workers_per_host(verb),
			    .update = verb->update,
			    .hotplug = verb->hotplug,
			    .token = verb->owner.token,
			    .state = state,
			    .interrupted = interrupt_flag()};
	if (!verb->workers)
		run->workers = VERB_WORKERS_PER_HOST * hosts;
	if (run->workers > VERB_WORKERS_MAX)
		run->workers = VERB_WORKERS_MAX;
	pthread_mutex_init(&state->lock, NULL);
	trap_set(&run->trap, getenv("VMANGO_TEST_POINT"));
}

/* Whether they failed since one hypervisor did not answer, so that it is one failure.
 * What is not in the file is not reported here, and what is not planned is another
 * thing. */
static bool is_one_failure(const struct verb_result *one, const struct verb_result *other)
{
	enum change_action action = other->change->action;

	return one->error.is_unasked && other->error.is_unasked &&
	       action != ACTION_UNLISTED &&
	       (one->change->action == ACTION_FAIL) == (action == ACTION_FAIL) &&
	       one->change->facts && one->change->facts == other->change->facts &&
	       text_equal(one->error.message, other->error.message);
}

/* The first of those that failed for one reason prints it for all. */
void verb_failure_print(const struct verb *verb, const struct verb_result *results,
			size_t at)
{
	const struct verb_result *result = &results[at];
	CLEANUP(shown_names_free) struct shown_names names = {0};

	for (size_t i = 0; i < verb->changes.list.count; i++) {
		if (i != at && !is_one_failure(result, &results[i]))
			continue;
		if (i < at)
			return;
		shown_names_add(&names, results[i].change->name);
	}
	if (names.count > 1)
		cli_error(verb->cli, "%s: %s: %s", result->change->facts->config->name,
			  shown_names_text(&names), result->error.message);
	else
		cli_error(verb->cli, "%s: %s", shown_names_text(&names),
			  result->error.message);
}

static int failures_print(const struct verb *verb, const struct verb_result *results,
			  const char *unchanged, size_t *changed)
{
	size_t count = verb->changes.list.count, failed = 0;

	*changed = 0;
	for (size_t i = 0; i < count; i++) {
		if (results[i].change->action == ACTION_UNLISTED)
			continue;
		if (results[i].error.message) {
			verb_failure_print(verb, results, i);
			failed++;
		} else if (strcmp(results[i].result, unchanged)) {
			(*changed)++;
		}
	}
	if (verb_all_unreached(verb))
		return CLI_SYSTEM;
	return failed ? CLI_NO : CLI_DONE;
}

int verb_run(struct verb *verb, const char *unchanged,
	     void (*work_on)(struct run *run, struct verb_result *result),
	     size_t *changed)
{
	size_t count = verb->changes.list.count;
	struct work work = {.batch = &verb->batch,
			    .results = mem_zero(count, sizeof(*work.results)),
			    .work = work_on};
	CLEANUP(error_free) struct error error = {0};
	int status, printed;

	run_init(&work.run, verb, &work.state);
	if (interrupt_defer(INTERRUPT_LIMIT_MS, &error) < 0)
		cli_error(verb->cli, "%s", error_text(&error));
	for (size_t i = 0; i < count; i++)
		work.results[i].change = &verb->changes.list.items[i];
	work.progress = verb_progress_begin(verb, &work.run);
	run_each(&work.run, count, work_one, &work);
	printed = verb_progress_end(work.progress);
	status = failures_print(verb, work.results, unchanged, changed);
	/* As JSON lines they have already been printed, each as it came. */
	if (verb->cli->format != OUTPUT_JSONL)
		printed = verb_results_print(verb, work.results, count);
	if (printed < 0)
		status = CLI_SYSTEM;
	verb_results_free(work.results, count);
	pthread_mutex_destroy(&work.state.lock);
	return status;
}
