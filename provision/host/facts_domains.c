/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the domains of a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/xml.h"
#include "leases/interface_xml.h"
#include "provision/host/domain_metadata.h"
#include "provision/host/domain_settled.h"
#include "provision/host/facts_domains.h"

struct listed_domain {
	virDomainPtr handle;
	unsigned char uuid[VIR_UUID_BUFLEN];
	bool has_state, autostart, is_transient;
	int state, reason;
	/* What was read. */
	bool is_read;
	struct facts_domain found;
	struct error error;
};

static int listed_compare(const void *a, const void *b)
{
	const struct listed_domain *const *x = a, *const *y = b;

	return memcmp((*x)->uuid, (*y)->uuid, sizeof((*x)->uuid));
}

/* NULL: it was created since. */
static struct listed_domain *listed_find(const struct facts_domains *domains,
					 virDomainPtr handle)
{
	struct listed_domain key, *wanted = &key, **found;

	if (!domains->count || virDomainGetUUID(handle, key.uuid) < 0)
		return NULL;
	found = bsearch(&wanted, domains->by_uuid, domains->count,
			sizeof(struct listed_domain *), listed_compare);
	return found ? *found : NULL;
}

static int all_list(const struct host *host, struct facts_domains *domains)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) virDomainPtr *handles = NULL;
	int count = virConnectListAllDomains(host->connection, &handles, 0);

	if (count < 0) {
		virt_error(&error, "can't list domains");
		return batch_hypervisor_error_take(host->config, "url", &domains->errors,
						   &error);
	}
	domains->count = (size_t)count;
	domains->listed = mem_zero(domains->count, sizeof(*domains->listed));
	domains->by_uuid = mem_zero(domains->count, sizeof(struct listed_domain *));
	domains->handles = mem_zero(domains->count, sizeof(virDomainPtr));
	for (size_t i = 0; i < domains->count; i++) {
		domains->listed[i].handle = handles[i];
		virDomainGetUUID(handles[i], domains->listed[i].uuid);
		domains->by_uuid[i] = &domains->listed[i];
	}
	if (count)
		qsort(domains->by_uuid, domains->count, sizeof(struct listed_domain *),
		      listed_compare);
	return 0;
}

/* Of domains that this does not say, and if libvirt can't say it of all, the state is
 * asked for each. */
static void states_list(const struct host *host, struct facts_domains *domains)
{
	virDomainStatsRecordPtr *records = NULL;
	int count = virConnectGetAllDomainStats(host->connection, VIR_DOMAIN_STATS_STATE,
						&records, 0);

	for (int i = 0; i < count; i++) {
		virDomainStatsRecordPtr record = records[i];
		struct listed_domain *listed = listed_find(domains, record->dom);

		if (listed)
			listed->has_state = virTypedParamsGetInt(
						    record->params, record->nparams,
						    "state.state", &listed->state) == 1 &&
					    virTypedParamsGetInt(
						    record->params, record->nparams,
						    "state.reason", &listed->reason) == 1;
	}
	if (count >= 0)
		virDomainStatsRecordListFree(records);
}

static void autostart_set(struct listed_domain *listed)
{
	listed->autostart = true;
}

static void transient_set(struct listed_domain *listed)
{
	listed->is_transient = true;
}

/* Calls `set` for each of the domains that these flags of virConnectListAllDomains()
 * select. */
static int some_list(const struct host *host, struct facts_domains *domains,
		     unsigned int flags, void (*set)(struct listed_domain *listed))
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) virDomainPtr *handles = NULL;
	int count = virConnectListAllDomains(host->connection, &handles, flags);

	if (count < 0) {
		virt_error(&error, "can't list domains");
		return batch_hypervisor_error_take(host->config, "url", &domains->errors,
						   &error);
	}
	for (int i = 0; i < count; i++) {
		struct listed_domain *listed = listed_find(domains, handles[i]);

		if (listed)
			set(listed);
		virDomainFree(handles[i]);
	}
	return 0;
}

void facts_domains_list(const struct host *host, struct facts_domains *domains)
{
	if (all_list(host, domains) < 0)
		return;
	states_list(host, domains);
	some_list(host, domains, VIR_CONNECT_LIST_DOMAINS_AUTOSTART, autostart_set);
	some_list(host, domains, VIR_CONNECT_LIST_DOMAINS_TRANSIENT, transient_set);
}

static int domain_parse(struct facts_domain *found, const char *text, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
	uint64_t number;

	if (xml_parse(&xml, text, strlen(text), error) < 0 ||
	    metadata_parse(text, strlen(text), &found->metadata, error) < 0 ||
	    interface_xml_parse(text, strlen(text), &interfaces, error) < 0)
		return -1;
	/* libvirt writes both itself, memory in KiB. */
	if (xml_number(&xml, NULL, "/domain/memory", &number) == 0)
		found->memory_bytes = number * 1024;
	if (xml_number(&xml, NULL, "/domain/vcpu", &number) == 0)
		found->cpus = found->cpus_online = (unsigned int)number;
	if (xml_number(&xml, NULL, "/domain/vcpu/@current", &number) == 0)
		found->cpus_online = (unsigned int)number;
	domain_disks_read(&xml, &found->disks);
	if (found->metadata.has_tools || found->metadata.has_vmango)
		domain_hardware_read(&xml, &found->hardware);
	array_foreach(interface, &interfaces) {
		struct facts_mac mac;

		if (interface->mac && mac_parse(interface->mac, mac.mac, NULL) == 0)
			*array_add(&found->macs) = mac;
	}
	return 0;
}

/* What the running guest has. It may stop meanwhile; then that is not known. */
static void live_read(virDomainPtr domain, struct facts_domain *found)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *text = NULL;

	if (!found->active || !found->hardware.is_known)
		return;
	text = virDomainGetXMLDesc(domain, 0);
	if (!text)
		return;
	if (xml_parse(&xml, text, strlen(text), NULL) == 0)
		domain_hardware_read(&xml, &found->live);
	found->is_overwritten = domain_metadata_prefer(text, &found->metadata);
}

static bool is_ignored(const struct host *host, const char *name)
{
	for (char **word = host->config->ignored_vms; word && *word; word++)
		if (!strcmp(*word, name))
			return true;
	return false;
}

static bool state_get(struct listed_domain *listed)
{
	if (!listed->has_state)
		listed->has_state = virDomainGetState(listed->handle, &listed->state,
						      &listed->reason, 0) == 0;
	return listed->has_state;
}

/* Whether it is active is known from the list. */
static void state_read(struct listed_domain *listed, struct facts_domain *found)
{
	found->active = virDomainGetID(listed->handle) != (unsigned int)-1;
	if (!found->active || !state_get(listed))
		return;
	found->active = listed->state != VIR_DOMAIN_SHUTOFF;
	/* What arrives by a migration is not here yet. */
	if (domain_settled_arrives(listed->state, listed->reason))
		return;
	found->is_paused = listed->state == VIR_DOMAIN_PAUSED;
	found->is_transient = listed->is_transient;
}

static void migrated_read(struct listed_domain *listed, struct facts_domain *found)
{
	if (found->metadata.has_tools && !found->active && state_get(listed))
		found->was_migrated = domain_settled_left(listed->state, listed->reason);
}

static void domain_fill(const struct host *host, struct listed_domain *listed,
			const char *text)
{
	struct facts_domain *found = &listed->found;

	listed->is_read = true;
	found->name = mem_string(virDomainGetName(listed->handle));
	virDomainGetUUIDString(listed->handle, found->uuid);
	state_read(listed, found);
	found->is_unreadable = domain_parse(found, text, &listed->error) < 0;
	if (found->is_unreadable && is_ignored(host, found->name))
		error_free(&listed->error);
	else if (found->is_unreadable)
		error_context(&listed->error, "domain %s on %s", found->name,
			      host->config->name);
	live_read(listed->handle, found);
	migrated_read(listed, found);
	if (found->metadata.has_tools || found->metadata.has_vmango)
		found->autostart = listed->autostart;
}

bool facts_domains_has(const struct facts_domains *domains, const char *name)
{
	for (size_t i = 0; i < domains->count; i++)
		if (!strcmp(virDomainGetName(domains->listed[i].handle), name))
			return true;
	return false;
}

void facts_domains_read(const struct host *host, struct facts_domains *domains, size_t i)
{
	struct listed_domain *listed = &domains->listed[i];
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(listed->handle, VIR_DOMAIN_XML_INACTIVE);

	/* It may have been undefined since it was listed. A domain that can't be read for
	 * another reason must not be taken for a missing one. */
	if (!text && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return;
	if (text) {
		domain_fill(host, listed, text);
		return;
	}
	virt_error(&listed->error, "on %s", host->config->name);
	error_context(&listed->error, "can't read domain %s",
		      virDomainGetName(listed->handle));
}

void facts_domains_take(struct host *host, struct facts_domains *domains)
{
	size_t count = 0;

	for (size_t i = 0; i < domains->count; i++) {
		struct listed_domain *listed = &domains->listed[i];

		if (listed->error.message)
			error_list_take(&domains->errors, &listed->error);
		if (!listed->is_read)
			continue;
		*array_add(&host->facts.domains) = listed->found;
		domains->handles[count++] = listed->handle;
	}
}

void facts_domains_free(struct facts_domains *domains)
{
	for (size_t i = 0; i < domains->count; i++)
		virDomainFree(domains->listed[i].handle);
	free(domains->listed);
	free(domains->by_uuid);
	free(domains->handles);
	error_list_free(&domains->errors);
}
