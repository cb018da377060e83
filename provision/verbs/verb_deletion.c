/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What destroy and --prune delete: listing, refusing, confirming and deleting it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/shown_names.h"
#include "common/text.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/host/domain_metadata.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/owns.h"
#include "provision/verbs/deletion_list.h"
#include "provision/verbs/verb_deletion.h"

enum { NAMES_SHOWN_MAX = 20, ANSWER_MAX = 64 };

/* Whether the change would have been deleted; unlisted machines stay without --prune. */
static bool is_refused(const struct verb *verb, const struct change *change)
{
	if (change->action == ACTION_UNLISTED)
		return verb->input.prune;
	return change->action == ACTION_DELETE && change_is_protected(change);
}

static const char *refusal_text(const struct change *change)
{
	return change->machine ? "is protected; remove \"protect\" from its section and "
				 "run apply first"
			       : "is protected, and not in the file; add it again "
				 "without \"protect\" and run apply first";
}

static int refusals_print(const struct verb *verb)
{
	size_t count = 0;

	array_foreach(change, &verb->changes.list) {
		if (!is_refused(verb, change))
			continue;
		count++;
		cli_error(verb->cli, "%s: %s", change->name, refusal_text(change));
	}
	return count ? CLI_NO : CLI_DONE;
}

bool verb_confirm(const struct verb *verb, const char *format, ...)
{
	CLEANUP(free_ptr) char *question = NULL;
	char answer[ANSWER_MAX];
	va_list arguments;

	if (verb->yes || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	va_start(arguments, format);
	question = mem_vformat(format, arguments);
	va_end(arguments);
	fprintf(stderr, "%s: %s [y/N] ", verb->cli->program->name, question);
	if (fgets(answer, sizeof(answer), stdin)) {
		answer[strcspn(answer, "\r\n")] = '\0';
		if (!strcasecmp(answer, "y") || !strcasecmp(answer, "yes"))
			return true;
	}
	cli_error(verb->cli, "nothing was changed");
	return false;
}

static void deletion_warn(const struct verb *verb, const struct change *change,
			  const struct error *error)
{
	CLEANUP(free_ptr) char *owns = owns_text(change->deleted);
	const char *state = change->domain->active ? "runs" : "is stopped";

	if (error->message)
		cli_warn(verb->cli, "%s on %s, which %s, can't be deleted: %s",
			 change->name, change->facts->config->name, state,
			 error->message);
	else
		cli_warn(verb->cli, "%s on %s, which %s, will be deleted with %s",
			 change->name, change->facts->config->name, state, owns);
}

int verb_deletion_begin(struct verb *verb)
{
	CLEANUP(deletion_list_free) struct deletion_list list = {0};
	size_t count = 0;

	if (refusals_print(verb) != CLI_DONE) {
		cli_error(verb->cli, "nothing was changed");
		return CLI_NO;
	}
	deletion_list_read(&verb->changes, &list);
	array_foreach(deletion, &list.items) {
		count++;
		deletion_warn(verb, deletion->change, &deletion->error);
	}
	if (!count || verb_confirm(verb, "delete %zu machine%s of batch \"%s\"?", count,
				   count == 1 ? "" : "s", verb->batch.name))
		return CLI_DONE;
	return CLI_NO;
}

static void change_fail(struct change *change, const char *reason)
{
	change->action = ACTION_FAIL;
	free(change->reason);
	change->reason = mem_string(reason);
}

int verb_deletion_show(struct verb *verb)
{
	CLEANUP(deletion_list_free) struct deletion_list list = {0};

	refusals_print(verb);
	array_foreach(change, &verb->changes.list) {
		if (change->action == ACTION_DELETE && is_refused(verb, change))
			change_fail(change, refusal_text(change));
	}
	deletion_list_read(&verb->changes, &list);
	array_foreach(deletion, &list.items) {
		if (deletion->error.message)
			change_fail(deletion->change, deletion->error.message);
	}
	return verb_plan_show(verb);
}

/* Whether it is still the machine that will be deleted. */
static int machine_recheck(virDomainPtr domain, const struct change *change,
			   struct error *error)
{
	const struct metadata *planned = &change->domain->metadata;
	CLEANUP(metadata_free) struct metadata metadata = {0};

	if (domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	if (!text_equal(metadata.batch, planned->batch) ||
	    !text_equal(metadata.batch_file, planned->batch_file) ||
	    !text_equal(metadata.adopted, planned->adopted))
		return error_set(error, "batch \"%s\" has adopted it meanwhile",
				 metadata.batch);
	if (metadata.protect && metadata.state == METADATA_READY)
		return error_set(error, "has been protected meanwhile");
	return 0;
}

int verb_deletion_do(struct run *run, const struct change *change, struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	struct run deletion = *run;

	deletion.leaves_volumes = true;
	if (host_domain_find(change->host, change->domain->uuid, &domain, error) < 0)
		return -1;
	if (!domain)
		return 1;
	if (machine_recheck(domain, change, error) < 0)
		return -1;
	return machine_remove(&deletion, change->host, domain, change->domain, error);
}

bool verb_unreached_print(const struct verb *verb)
{
	bool any = false;

	for (size_t i = 0; i < verb->batch.hypervisors.count; i++) {
		const struct facts *facts = verb->hosts.facts[i];
		CLEANUP(free_ptr) char *text = NULL;

		if (!changes_host_is_unknown(&verb->changes, facts))
			continue;
		any = true;
		text = mem_format(
			"%s can't be reached (%s): machines of batch %s on it stay",
			facts->config->name, facts->unreachable, verb->batch.name);
		/* Without --prune and --all, not all machines have to be deleted. */
		if (verb->input.prune)
			cli_error(verb->cli, "%s", text);
		else
			cli_warn(verb->cli, "%s", text);
	}
	return any;
}

void verb_unlisted_warn(const struct verb *verb, const char *end)
{
	CLEANUP(shown_names_free)
	struct shown_names names = {.max = NAMES_SHOWN_MAX};

	array_foreach(change, &verb->changes.list) {
		if (change->action != ACTION_UNLISTED && change->action != ACTION_DELETE)
			continue;
		if (!change->machine)
			shown_names_add(&names, change->name);
	}
	if (names.count)
		cli_warn(verb->cli,
			 "%zu machine%s of batch \"%s\" %s not in the file%s: %s",
			 names.count, names.count == 1 ? "" : "s", verb->batch.name,
			 names.count == 1 ? "is" : "are", end, shown_names_text(&names));
}
