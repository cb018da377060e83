/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking the domains that will be defined, before anything is created. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/definition.h"
#include "provision/render/invalid_part.h"
#include "provision/render/schema.h"
#include "provision/verbs/verb_definitions.h"

/* What was found out about a shape, or about something that domains need, on a
 * hypervisor. */
struct finding {
	const struct host *host;
	char *about;
	enum definition_verdict verdict;
	char *reason;			   /* NULL if it is fine */
	const struct batch_machine *first; /* that has it */
	size_t more;
};

struct check {
	struct verb *verb;
	struct schema *schema;
	char *schema_problem; /* why there is none */
	ARRAY(struct finding) findings;
};

/* Whether another machine has the same finding, which then counts this one too. */
static bool finding_share(struct check *check, const struct host *host, const char *about)
{
	array_foreach(finding, &check->findings) {
		if (finding->host != host || strcmp(finding->about, about))
			continue;
		finding->more++;
		return true;
	}
	return false;
}

static void finding_add(struct check *check, const struct change *change,
			const char *about, enum definition_verdict verdict,
			struct error *reason)
{
	struct finding *finding = array_add(&check->findings);

	finding->host = change->host;
	finding->about = mem_string(about);
	finding->verdict = verdict;
	finding->first = change->machine;
	finding->reason = TAKE(reason->message);
}

/* The text without "line N: ", as nobody sees those lines. */
static const char *unnumbered(const char *text)
{
	const char *colon = strncmp(text, "line ", 5) ? NULL : strstr(text, ": ");

	return colon ? colon + 2 : text;
}

static char *version_text(unsigned long version)
{
	return mem_format("%lu.%lu.%lu", version / 1000000, version / 1000 % 1000,
			  version % 1000);
}

static bool is_valid(const void *schema, const char *xml)
{
	CLEANUP(error_list_free) struct error_list problems = {0};

	return schema_check(schema, xml, strlen(xml), &problems) == 0;
}

/* The schema is of the libvirt that is installed here, which may be another version than
 * the hypervisor's: what it finds is then only a doubt. */
static enum definition_verdict schema_ask(const struct check *check, struct host *host,
					  const char *xml, struct error *reason)
{
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(free_ptr) char *its = NULL, *mine = NULL, *part = NULL;
	unsigned long here = 0, there = 0;

	if (!check->schema ||
	    schema_check(check->schema, xml, strlen(xml), &problems) == 0)
		return DEFINITION_FINE;
	virGetVersion(&here, NULL, NULL);
	virConnectGetLibVersion(host_connection(host)->connection, &there);
	mine = version_text(here);
	its = version_text(there);
	part = invalid_part(xml, is_valid, check->schema);
	error_set(reason, "the domain is not valid by the schema of libvirt %s: %s", mine,
		  part ? part : unnumbered(problems.messages[0]));
	if (here == there)
		return DEFINITION_REFUSED;
	error_context(reason, "not known for libvirt %s", its);
	return DEFINITION_UNKNOWN;
}

static void domain_check(struct check *check, const struct change *change,
			 const struct domain_question *question)
{
	CLEANUP(error_free) struct error reason = {0};
	enum definition_verdict verdict;

	if (finding_share(check, change->host, question->shape))
		return;
	/* libvirt itself trusts that a domain is valid: 9.0 crashes on some that are not.
	 */
	verdict = schema_ask(check, change->host, question->xml, &reason);
	if (verdict == DEFINITION_FINE)
		verdict = definition_ask(change->host, question, &reason);
	finding_add(check, change, question->shape, verdict, &reason);
}

static void need_check(struct check *check, const struct change *change,
		       const struct domain_need *need)
{
	CLEANUP(error_free) struct error reason = {0};
	CLEANUP(free_ptr)
	char *about = mem_format("%d %s %s %s", (int)need->kind, need->device,
				 need->pool ? need->pool : "", need->name);

	if (!finding_share(check, change->host, about))
		finding_add(check, change, about,
			    definition_need(change->host, need, &reason), &reason);
}

static void change_check(struct check *check, const struct change *change)
{
	CLEANUP(domain_question_free) struct domain_question question = {0};
	CLEANUP(error_free) struct error error = {0};

	if (domain_question_make(change, &question, &error) < 0) {
		batch_machine_error(change->machine, "name", &check->verb->errors, "%s",
				    error_text(&error));
		return;
	}
	domain_check(check, change, &question);
	array_foreach(need, &question.needs)
		need_check(check, change, need);
}

static void finding_report(const struct check *check, const struct finding *finding)
{
	CLEANUP(free_ptr) char *more = NULL;

	if (finding->verdict == DEFINITION_FINE)
		return;
	if (finding->more)
		more = mem_format(" (and %zu more machine%s)", finding->more,
				  finding->more == 1 ? "" : "s");
	if (finding->verdict == DEFINITION_REFUSED)
		batch_machine_error(finding->first, "name", &check->verb->errors, "%s%s",
				    finding->reason, more ? more : "");
	else
		cli_warn(check->verb->cli, "%s: %s%s", finding->first->name,
			 finding->reason, more ? more : "");
}

static void check_free(struct check *check)
{
	schema_free(check->schema);
	free(check->schema_problem);
	array_foreach(finding, &check->findings) {
		free(finding->about);
		free(finding->reason);
	}
	free(check->findings.items);
}

void verb_definitions_check(struct verb *verb)
{
	CLEANUP(check_free) struct check check = {.verb = verb};
	CLEANUP(error_free) struct error error = {0};

	array_foreach(change, &verb->changes.list) {
		if (!change->definition || !change->host)
			continue;
		if (!check.schema && !check.schema_problem) {
			check.schema = schema_open(SCHEMA_DIRECTORY, "domain", &error);
			check.schema_problem = TAKE(error.message);
		}
		change_check(&check, change);
		host_connection_release(change->host);
	}
	array_foreach(finding, &check.findings)
		finding_report(&check, finding);
	if (check.schema_problem)
		cli_warn(verb->cli,
			 "the domains were not validated by libvirt's schema: %s",
			 check.schema_problem);
}
