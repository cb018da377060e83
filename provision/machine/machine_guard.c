/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a domain is still the machine that a run works on, right before each change. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "provision/host/domain_metadata.h"
#include "provision/host/domain_settled.h"
#include "provision/machine/machine_guard.h"
#include "provision/machine/machine_metadata.h"

static int name_check(const struct machine_guard *guard, const char *text,
		      struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *name = NULL;

	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	name = xml_string(&xml, NULL, "/domain/name");
	if (text_equal(name, guard->name))
		return 0;
	return error_set(error, "the domain has been renamed to \"%s\" meanwhile",
			 name ? name : "");
}

/* An undefined domain blocks nothing; a new one with its name may use its volumes. */
static int name_is_free(const struct machine_guard *guard, struct error *error)
{
	virConnectPtr connection = virDomainGetConnect(guard->domain);
	CLEANUP(virDomainFree_ptr)
	virDomainPtr other = virDomainLookupByName(connection, guard->name);

	if (other)
		return error_set(error, "it was undefined meanwhile, and another domain "
					"has its name; nothing more is deleted");
	return virt_error_code() == VIR_ERR_NO_DOMAIN
		       ? 0
		       : virt_error(error, "can't look up domain %s", guard->name);
}

static int domain_check(void *data, struct error *error)
{
	const struct machine_guard *guard = data;
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(guard->domain, VIR_DOMAIN_XML_INACTIVE);

	if (!text && guard->may_be_gone && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return name_is_free(guard, error);
	if (!text)
		return virt_error(error, "can't read the domain");
	if (guard->must_be_off && !domain_is_off(guard->domain))
		return error_set(error,
				 "it is no longer shut off; nothing more is deleted");
	if (name_check(guard, text, error) < 0 ||
	    metadata_parse(text, strlen(text), &metadata, error) < 0)
		return -1;
	domain_metadata_prefer_live(guard->domain, &metadata);
	if (metadata.has_tools == guard->has_tools &&
	    text_equal(metadata.batch, guard->batch) &&
	    text_equal(metadata.token, guard->token) &&
	    text_equal(metadata.last_token, guard->last_token))
		return 0;
	return error_set(error, "another run, or another tool, has redefined the domain "
				"meanwhile; it is left as it is");
}

static void guard_free(struct machine_guard *guard)
{
	free(guard->name);
	free(guard->batch);
	free(guard->token);
	free(guard->last_token);
}

void machine_guard_set(struct run *run, struct machine_guard *guard, virDomainPtr domain,
		       const char *name, const struct metadata *metadata)
{
	char *own = mem_string(name); /* it may be the guard's */
	bool may_be_gone = guard->may_be_gone, must_be_off = guard->must_be_off;

	guard_free(guard);
	*guard = (struct machine_guard){.domain = domain,
					.name = own,
					.batch = mem_string(metadata->batch),
					.token = mem_string(metadata->token),
					.last_token = mem_string(metadata->last_token),
					.has_tools = metadata->has_tools,
					.may_be_gone = may_be_gone,
					.must_be_off = must_be_off};
	run->guard = domain_check;
	run->guard_data = guard;
}

int machine_guard_take(struct run *run, struct metadata *metadata, struct error *error)
{
	struct machine_guard *guard = run->guard_data;

	free(metadata->last_token);
	metadata->last_token = mem_string(run->token);
	if (machine_metadata_store(run, guard->domain, metadata, error) < 0)
		return -1;
	machine_guard_set(run, guard, guard->domain, guard->name, metadata);
	return 0;
}

void machine_guard_end(struct run *run, struct machine_guard *guard)
{
	if (run->guard_data == guard) {
		run->guard = NULL;
		run->guard_data = NULL;
	}
	guard_free(guard);
	*guard = (struct machine_guard){0};
}
