/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one hypervisor knows about addresses: networks, machines, leases. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/hypervisor.h"
#include "leases/hypervisor_leases.h"
#include "leases/lease_dir.h"

bool survey_uri_is_local(const char *uri)
{
	const char *at = strstr(uri, "://"), *query = strchr(uri, '?');
	const char *transport = strchrnul(uri, '+');

	if (!at || (query && strstr(query, "socket=")))
		return false;
	if (transport < at && strncmp(transport, "+unix:", 6))
		return false;
	at += 3;
	return (query ? (size_t)(query - at) : strlen(at)) == strlen("/system") &&
	       !strncmp(at, "/system", strlen("/system"));
}

static bool connection_is_local(virConnectPtr connection)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(connection);

	return uri && survey_uri_is_local(uri);
}

/* Whether a URI that can't be opened would have been this machine's. */
static bool uri_may_be_local(const char *uri)
{
	if (!uri)
		uri = getenv("LIBVIRT_DEFAULT_URI");
	return !uri || !*uri || survey_uri_is_local(uri);
}

/* Whether it may have been more rights than it needed that a connection failed for. */
static bool may_read_only(const char *uri)
{
	switch (virt_error_code()) {
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
	case VIR_ERR_ACCESS_DENIED:
		return true;
	default:
		return uri_may_be_local(uri);
	}
}

int survey_reconnect(struct survey *survey, bool read_only, struct error *error)
{
	virConnectPtr connection = virt_open(survey->uri, read_only, error);

	if (!connection && !read_only && may_read_only(survey->uri))
		connection = virt_open(survey->uri, true, error);
	if (!connection)
		return -1;
	survey->connection = connection;
	survey->directory = connection_is_local(connection) ? LEASE_DIR_DEFAULT : NULL;
	return 0;
}

int survey_open(struct survey *survey, bool read_only, struct error *error)
{
	if (survey_reconnect(survey, read_only, error) == 0)
		return 0;
	if (!uri_may_be_local(survey->uri) || access(LEASE_DIR_DEFAULT, R_OK) < 0)
		return -1;
	survey->directory = LEASE_DIR_DEFAULT;
	error_context(error, "reading lease files alone");
	error_list_take(&survey->problems, error);
	return 0;
}

void survey_open_directory(struct survey *survey, const char *directory)
{
	survey->directory = directory;
}

void survey_clear(struct survey *survey, bool keep_machines)
{
	net_list_free(&survey->nets);
	lease_list_free(&survey->leases);
	lease_list_free(&survey->others);
	neighbours_free(&survey->neighbours);
	survey->has_neighbours = false;
	error_list_free(&survey->problems);
	error_list_free(&survey->notes);
	if (keep_machines)
		return;
	machine_list_free(&survey->machines);
	survey->has_machines = survey->machines_missing = false;
}

void survey_disconnect(struct survey *survey)
{
	virConnectClose_ptr(&survey->connection);
	survey->connection = NULL;
}

void survey_close(struct survey *survey)
{
	survey_clear(survey, false);
	survey_disconnect(survey);
	survey->directory = NULL;
}

bool survey_is_alive(const struct survey *survey)
{
	return survey->connection && virConnectIsAlive(survey->connection) == 1;
}

static void net_read(struct survey *survey, virNetworkPtr handle)
{
	const char *name = virNetworkGetName(handle);
	CLEANUP(free_ptr) char *xml = virNetworkGetXMLDesc(handle, 0);
	struct error error = {0};
	struct net net = {0};

	if (!xml || net_parse(xml, strlen(xml), &net, &error) < 0) {
		if (!xml)
			virt_error(&error, "network %s", name);
		error_list_take(&survey->problems, &error);
		return;
	}
	net.active = virNetworkIsActive(handle) == 1;
	*array_add(&survey->nets) = net;
}

static int nets_read(struct survey *survey, struct error *error)
{
	virNetworkPtr *handles = NULL;
	int count = virConnectListAllNetworks(survey->connection, &handles, 0);

	if (count < 0 && virt_error_code() == VIR_ERR_NO_SUPPORT) {
		error_list_add(&survey->notes, "%s", virGetLastErrorMessage());
		return 0;
	}
	if (count < 0)
		return virt_error(error, "can't list networks");
	for (int i = 0; i < count; i++) {
		net_read(survey, handles[i]);
		virNetworkFree(handles[i]);
	}
	free(handles);
	return 0;
}

int survey_read(struct survey *survey, struct error *error)
{
	if (!survey->connection) {
		if (lease_dir_read(survey->directory, &survey->leases, &survey->nets,
				   &survey->machines, &survey->problems, error) < 0)
			return -1;
		survey_join_nets(survey, 0);
		return 0;
	}
	if (nets_read(survey, error) < 0)
		return -1;
	survey_read_leases(survey);
	return 0;
}

void survey_reread(struct survey *survey)
{
	lease_list_free(&survey->leases);
	error_list_free(&survey->problems);
	survey_read_leases(survey);
}

/* Reads one state of a domain; -1 when it has none, or it is a problem. */
static int domain_read(struct survey *survey, virDomainPtr domain, unsigned int flags,
		       struct machine *machine)
{
	const char *name = virDomainGetName(domain);
	CLEANUP(free_ptr) char *xml = virDomainGetXMLDesc(domain, flags);
	struct error error = {0};

	/* One that has gone meanwhile is no problem. */
	if (!xml && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return -1;
	if (xml && machine_parse(xml, strlen(xml), machine, &error) == 0)
		return 0;
	if (!xml)
		virt_error(&error, "machine %s", name);
	survey->machines_missing = true;
	error_list_take(&survey->problems, &error);
	return -1;
}

static bool machine_read(struct survey *survey, virDomainPtr domain)
{
	CLEANUP(machine_free) struct machine kept = {0};
	struct machine machine = {0};

	if (domain_read(survey, domain, 0, &machine) < 0)
		return false;
	if (survey->idle_too && machine.active && virDomainIsPersistent(domain) == 1 &&
	    domain_read(survey, domain, VIR_DOMAIN_XML_INACTIVE, &kept) == 0)
		machine_add_nics(&machine, &kept);
	*array_add(&survey->machines) = machine;
	return true;
}

void survey_join_nets(struct survey *survey, size_t first_machine)
{
	for (size_t i = first_machine; i < survey->machines.count; i++) {
		array_foreach(nic, &survey->machines.items[i].nics) {
			const struct net *net = NULL;

			if (!nic->network && nic->bridge)
				net = net_find_bridge(&survey->nets, nic->bridge);
			if (net)
				nic->network = mem_string(net->name);
		}
	}
}

int survey_read_machines(struct survey *survey, struct error *error)
{
	virDomainPtr *domains = NULL;
	int count;

	if (!survey->connection)
		return 0;
	count = virConnectListAllDomains(survey->connection, &domains, 0);
	if (count < 0)
		return virt_error(error, "can't list machines");
	machine_list_free(&survey->machines);
	survey->has_machines = true;
	survey->machines_missing = false;
	for (int i = 0; i < count; i++) {
		machine_read(survey, domains[i]);
		virDomainFree(domains[i]);
	}
	free(domains);
	survey_join_nets(survey, 0);
	return 0;
}

bool survey_find_machine(struct survey *survey, const char *name)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	bool found;

	if (machine_find(&survey->machines, name) ||
	    machine_find_uuid(&survey->machines, name))
		return true;
	if (!survey->connection)
		return false;
	domain = virDomainLookupByName(survey->connection, name);
	if (!domain)
		domain = virDomainLookupByUUIDString(survey->connection, name);
	found = domain && machine_read(survey, domain);
	if (found)
		survey_join_nets(survey, survey->machines.count - 1);
	return found;
}
