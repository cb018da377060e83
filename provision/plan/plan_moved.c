/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was migrated, and what it has left where it was. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_settled.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_remove.h"
#include "provision/plan/plan_moved.h"

static virDomainPtr domain_open(const struct host *host, const struct host_domain *domain)
{
	return virDomainLookupByUUIDString(host->connection, domain->uuid);
}

static bool is_complete(const struct host *host, const struct host_domain *found)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_open(host, found);

	return domain && found->metadata.state == METADATA_READY &&
	       domain_is_settled_in(domain);
}

static bool is_left(const struct host *host, const struct host_domain *found)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_open(host, found);

	return domain && found->metadata.state != METADATA_CREATING &&
	       domain_is_off(domain);
}

/* A migration takes the metadata along, so both name the run that created the machine.
 * One that was created twice, while a hypervisor could not be reached, has no copy there.
 */
static bool is_one_machine(const struct metadata *one, const struct metadata *other)
{
	return one->token && other->token && !strcmp(one->token, other->token);
}

static void left_add(struct change *change, struct host *host,
		     const struct host_domain *domain)
{
	*array_add(&change->left) = (struct plan_left){.host = host, .domain = domain};
}

bool plan_moved_resolve(struct change *change, struct plan_host **there,
			struct plan_host *found, const struct host_domain *domain)
{
	/* Several sections of the batch may lead to one hypervisor. */
	array_foreach(left, &change->left) {
		if (host_is_same(left->host, &found->host))
			return true;
	}
	if (!is_one_machine(&change->domain->metadata, &domain->metadata))
		return false;
	if (is_complete(&(*there)->host, change->domain) &&
	    is_left(&found->host, domain)) {
		left_add(change, &found->host, domain);
		return true;
	}
	if (!is_complete(&found->host, domain) ||
	    !is_left(&(*there)->host, change->domain))
		return false;
	left_add(change, &(*there)->host, change->domain);
	*there = found;
	change->domain = domain;
	return true;
}

static void left_describe(struct buf *text, const struct plan_left *left)
{
	const struct metadata *metadata = &left->domain->metadata;
	char address[INET_ADDRSTRLEN];

	buf_format(text, "%sleft on %s: definition", text->size ? "; " : "",
		   left->host->config->name);
	array_foreach(volume, &metadata->volumes)
		buf_format(text, ", volume %s/%s", volume->pool, volume->name);
	if (metadata->reservation.network && !metadata->reservation.by_script)
		buf_format(text, ", reservation %s",
			   inet_ntop(AF_INET, &metadata->reservation.ip, address,
				     sizeof(address)));
}

char *plan_moved_text(const struct change *change)
{
	struct buf text = {0};

	array_foreach(left, &change->left)
		left_describe(&text, left);
	return text.size ? buf_take(&text) : NULL;
}

static int left_clean(struct run *run, const struct change *change,
		      const struct plan_left *left, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(
		host_connection(left->host)->connection, left->domain->uuid);

	if (!domain && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return 0;
	if (!domain)
		return virt_error(error, "can't find the domain");
	return machine_remove_left(run, left->host, change->host, domain, error);
}

int plan_moved_clean(struct run *run, const struct change *change, struct error *error)
{
	array_foreach(left, &change->left) {
		struct run its = *run;
		int status;

		its.owner = left->host->owner;
		if (run_step(&its, change->name, "remove what was left", error) < 0)
			return -1;
		status = left_clean(&its, change, left, error);
		host_connection_release(left->host);
		if (status < 0)
			return error_context(error, "left on %s",
					     left->host->config->name);
	}
	return 0;
}
