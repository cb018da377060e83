/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines whether machines can be created on a hypervisor, and how well they will
 * run. */
#define _GNU_SOURCE
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_pool.h"
#include "imagetool/pool_folder.h"
#include "leases/lease_dir.h"
#include "leases/lease_virt.h"
#include "leases/hypervisor.h"
#include "provision/doctor/bridge_probe.h"
#include "provision/doctor/checks.h"
#include "provision/doctor/doctor_examine.h"
#include "provision/doctor/forwarding_read.h"
#include "provision/doctor/hook_checks.h"
#include "provision/doctor/hook_read.h"
#include "provision/doctor/probe_checks.h"
#include "provision/host/host.h"
#include "provision/plan/machine_templates.h"
#include "provision/doctor/kvm_probe.h"
#include "provision/host/host_interface.h"

/* What the steps of an examination share. */
struct examination {
	const struct batch_hypervisor *config;
	struct doctor_report *report;
	virConnectPtr connection;
	const char *denied;    /* why that is read-only; NULL: it is not */
	unsigned long version; /* of the daemon's libvirt */
	bool is_local, probes;
};

/* After a call of libvirt has failed: nothing is known about `what`. */
static void unknown(const struct examination *exam, const char *check, const char *what)
{
	CLEANUP(free_ptr) char *advice = virt_unasked_advice();

	doctor_unknown(exam->report, check, advice, "%s: not known: %s", what,
		       virGetLastErrorMessage());
}

/* The same for a network or pool. */
static void object_unknown(const struct examination *exam, const char *check,
			   const char *name)
{
	CLEANUP(free_ptr) char *what = mem_format("%s \"%s\"", check, name);

	unknown(exam, check, what);
}

static void libvirt_examine(struct examination *exam)
{
	const char *check = doctor_kind_check(DOCTOR_LIBVIRT_OLD);
	const char *driver = virConnectGetType(exam->connection);

	if (!driver)
		unknown(exam, check, "its kind");
	else if (virConnectGetLibVersion(exam->connection, &exam->version) < 0)
		unknown(exam, check, "its version");
	else
		doctor_check_libvirt(exam->report, driver, exam->version);
}

static void kvm_examine(const struct examination *exam)
{
	CLEANUP(free_ptr)
	char *capabilities = virConnectGetDomainCapabilities(exam->connection, NULL, NULL,
							     NULL, "kvm", 0);
	CLEANUP(free_ptr) char *broken = NULL;
	struct doctor_kvm kvm = {.offered = capabilities != NULL,
				 .arch = "its processor"};
	virNodeInfo node;

	if (!capabilities && virt_is_unasked()) {
		unknown(exam, doctor_kind_check(DOCTOR_KVM_MISSING), "KVM");
		return;
	}
	if (virNodeGetInfo(exam->connection, &node) == 0)
		kvm.arch = node.model;
	if (kvm.offered && exam->is_local)
		kvm.broken = broken = kvm_probe(&kvm.tried);
	doctor_check_kvm(exam->report, exam->config->domain_type, &kvm);
}

/* -1 if they are not known. */
static int leases_get(const struct examination *exam, virNetworkPtr network,
		      struct lease_list *leases)
{
	CLEANUP(error_free) struct error error = {0};

	if (lease_virt_network(network, NULL, leases, &error) < 0) {
		if (virt_is_unasked())
			unknown(exam, doctor_kind_check(DOCTOR_DHCP_NONE), "leases");
		else
			doctor_skip(exam->report, "leases of network \"%s\": %s",
				    exam->config->network, error_text(&error));
		return -1;
	}
	array_foreach(lease, leases)
		lease->network = mem_string(exam->config->network);
	return 0;
}

static void probe_run(const struct examination *exam, const struct forwarding *facts,
		      const struct forwarding_problems *problems)
{
	const struct lease_address *gateway = &facts->ipv4.route.gateway;
	const struct in_addr *outside = NULL;
	CLEANUP(error_free) struct error error = {0};
	struct bridge_probe probe;

	if (forwarding_way(facts->net) == FORWARDING_ROUTED && gateway->family)
		outside = &gateway->v4;
	if (bridge_probe_run(facts->net->bridge, outside, &probe, &error) < 0)
		doctor_problem(exam->report, DOCTOR_PROBE_NOT_TRIED, NULL,
			       "not tried: %s", error_text(&error));
	else
		doctor_check_probe(exam->report, facts->net->bridge, outside, &probe,
				   problems);
}

static void probe_examine(const struct examination *exam, const struct forwarding *facts,
			  const struct forwarding_problems *problems)
{
	const struct net *net = facts->net;
	bool has_ipv4 = !net->subnets.count;

	array_foreach(subnet, &net->subnets)
		has_ipv4 |= subnet->gateway.family == AF_INET;
	if (geteuid() != 0)
		doctor_problem(exam->report, DOCTOR_PROBE_NOT_TRIED, NULL,
			       "not tried: it needs root");
	else if (!net->bridge || !has_ipv4)
		doctor_ok(exam->report, doctor_kind_check(DOCTOR_PROBE_SILENT),
			  "not tried: network \"%s\" has no %s", net->name,
			  net->bridge ? "IPv4" : "bridge");
	else
		probe_run(exam, facts, problems);
}

static void forwarding_examine(const struct examination *exam, const struct net *net)
{
	CLEANUP(forwarding_free) struct forwarding facts = {.net = net};
	CLEANUP(forwarding_problems_free) struct forwarding_problems problems = {0};
	CLEANUP(error_list_free) struct error_list unknown = {0};

	if (!exam->is_local)
		return;
	forwarding_read(&facts, &unknown);
	for (size_t i = 0; i < unknown.count; i++)
		doctor_skip(exam->report, "%s", unknown.messages[i]);
	forwarding_problems_find(&facts, exam->report, &problems);
	doctor_check_forwarding(exam->report, &facts, &problems);
	if (exam->probes)
		probe_examine(exam, &facts, &problems);
}

static void dhcp_examine(const struct examination *exam, virNetworkPtr network)
{
	CLEANUP(free_ptr) char *text = virNetworkGetXMLDesc(network, 0);
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	CLEANUP(net_free) struct net net = {0};
	CLEANUP(error_free) struct error error = {0};
	bool are_known;

	if (!text) {
		object_unknown(exam, "network", exam->config->network);
		return;
	}
	if (net_parse(text, strlen(text), &net, &error) < 0) {
		doctor_skip(exam->report, "addresses of network \"%s\": %s",
			    exam->config->network, error_text(&error));
		return;
	}
	net.active = true;
	are_known = leases_get(exam, network, &leases) == 0;
	doctor_check_dhcp(exam->report, exam->config->network_script != NULL, &net,
			  are_known ? &leases : NULL, (uint64_t)time(NULL));
	forwarding_examine(exam, &net);
}

static void bridge_found(const struct examination *exam, const char *name)
{
	CLEANUP(net_free)
	struct net net = {.name = mem_string(name),
			  .bridge = mem_string(name),
			  .forward = mem_string("bridge")};

	doctor_ok(exam->report, doctor_kind_check(DOCTOR_NETWORK_MISSING),
		  "bridge \"%s\" exists, without a network of libvirt", name);
	forwarding_examine(exam, &net);
}

/* With a network script, the network may be a bridge of the host. */
static bool bridge_examine(const struct examination *exam)
{
	const char *name = exam->config->network;
	CLEANUP(error_free) struct error error = {0};
	int found;

	if (!exam->config->network_script)
		return false;
	found = host_interface_find(exam->connection, name, &error);
	if (!found)
		return false;
	if (found < 0 && error.is_unasked)
		doctor_unknown(exam->report, doctor_kind_check(DOCTOR_NETWORK_MISSING),
			       NULL, "bridge \"%s\": not known: %s", name,
			       error_text(&error));
	else if (found < 0)
		doctor_skip(exam->report, "bridge \"%s\": %s", name, error_text(&error));
	else
		bridge_found(exam, name);
	return true;
}

static void network_examine(const struct examination *exam)
{
	CLEANUP(virNetworkFree_ptr)
	virNetworkPtr network = virNetworkLookupByName(exam->connection,
						       exam->config->network);
	struct doctor_object facts = {.name = exam->config->network, .found = network};
	int active = 0, persistent = 0, autostart = 0;

	if (network &&
	    ((active = virNetworkIsActive(network)) < 0 ||
	     (persistent = virNetworkIsPersistent(network)) < 0 ||
	     (virNetworkGetAutostart(network, &autostart) < 0 && virt_is_unasked()))) {
		object_unknown(exam, "network", facts.name);
		return;
	}
	if (!network && !virt_is_missing()) {
		object_unknown(exam, "network", facts.name);
		return;
	}
	facts.active = active == 1;
	facts.persistent = persistent == 1;
	facts.autostart = autostart == 1;
	if (!network && bridge_examine(exam))
		return;
	if (doctor_check_network(exam->report, &facts))
		dhcp_examine(exam, network);
}

/* The caller frees `*type`, which the result refers to. */
static struct doctor_pool pool_examine(const struct examination *exam, const char *name,
				       char **type)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(exam->connection, name);
	struct doctor_pool facts = {.object = {.name = name, .found = pool}};
	CLEANUP(free_ptr) char *path = NULL;
	virStoragePoolInfo info;
	int active = 0, persistent = 0, autostart = 0;

	if (!pool && virt_is_missing())
		return facts;
	if (!pool || (active = virStoragePoolIsActive(pool)) < 0 ||
	    (persistent = virStoragePoolIsPersistent(pool)) < 0 ||
	    (virStoragePoolGetAutostart(pool, &autostart) < 0 && virt_is_unasked())) {
		object_unknown(exam, "pool", name);
		facts.is_unknown = true;
		return facts;
	}
	facts.object.active = active == 1;
	facts.object.persistent = persistent == 1;
	facts.object.autostart = autostart == 1;
	if (virStoragePoolGetInfo(pool, &info) == 0) {
		facts.capacity_bytes = info.capacity;
		facts.free_bytes = info.available;
	} else {
		unknown(exam, doctor_kind_check(DOCTOR_SPACE_NONE), name);
		facts.space_is_unknown = true;
	}
	if (pool_folder_read(pool, type, &path, NULL) == 0)
		facts.type = *type;
	return facts;
}

static void imports_examine(const struct examination *exam, const struct image_pool *pool)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	if (image_marks_read(pool->pool, &marks, NULL) < 0)
		return;
	array_foreach(image, &marks)
		doctor_problem(exam->report, DOCTOR_IMAGE_UNFINISHED, pool->name,
			       "%s is not complete: an import is under way or was "
			       "interrupted",
			       *image);
}

static void images_examine(const struct examination *exam)
{
	const char *name = exam->config->image_pool;
	CLEANUP(image_pool_free) struct image_pool pool = {0};
	CLEANUP(image_list_free) struct image_list images = {0};
	CLEANUP(error_list_free) struct error_list warnings = {0};
	CLEANUP(error_free) struct error error = {0};

	if (image_pool_open(exam->connection, name, &pool, &error) < 0 ||
	    image_pool_list(&pool, &images, &warnings, &error) < 0) {
		if (error.is_unasked)
			doctor_unknown(exam->report,
				       doctor_kind_check(DOCTOR_IMAGES_NONE), NULL,
				       "not known: %s", error_text(&error));
		else
			doctor_skip(exam->report, "images: %s", error_text(&error));
		return;
	}
	for (size_t i = 0; i < warnings.count; i++)
		doctor_problem(exam->report, DOCTOR_IMAGE_NAME, name, "%s",
			       warnings.messages[i]);
	if (images.count)
		doctor_ok(exam->report, doctor_kind_check(DOCTOR_IMAGES_NONE),
			  "%zu in pool \"%s\"", images.count, name);
	else
		doctor_problem(exam->report, DOCTOR_IMAGES_NONE, name,
			       "pool \"%s\" has no image", name);
	imports_examine(exam, &pool);
}

static void pools_examine(const struct examination *exam)
{
	const struct batch_hypervisor *config = exam->config;
	CLEANUP(free_ptr) char *images_type = NULL;
	CLEANUP(free_ptr) char *roots_type = NULL;
	struct doctor_pool images = pool_examine(exam, config->image_pool, &images_type);
	struct doctor_pool roots = images;

	/* Once is enough. */
	if (strcmp(config->image_pool, config->root_pool) != 0)
		roots = pool_examine(exam, config->root_pool, &roots_type);
	doctor_check_pools(exam->report, config, &images, &roots);
	if (images.object.active)
		images_examine(exam);
}

static void templates_examine(const struct batch_hypervisor *config,
			      struct doctor_report *report)
{
	CLEANUP(machine_templates_free) struct machine_templates templates = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};

	if (machine_templates_read(config, &templates, &errors) == 0)
		doctor_ok(report, doctor_kind_check(DOCTOR_TEMPLATE), "both can be read");
	for (size_t i = 0; i < errors.count; i++)
		doctor_problem(report, DOCTOR_TEMPLATE, NULL, "%s", errors.messages[i]);
}

static void hook_check(const struct examination *exam)
{
	CLEANUP(hook_facts_free) struct hook_facts facts = {0};
	CLEANUP(error_free) struct error error = {0};

	if (hook_facts_read(HOOK_FOLDER, &facts, &error) < 0)
		doctor_skip(exam->report, "the hook: %s", error_text(&error));
	else
		doctor_check_hook(exam->report, &facts, exam->version, VMANGO_VERSION);
}

static void lease_files_examine(const struct examination *exam)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	CLEANUP(net_list_free) struct net_list nets = {0};
	CLEANUP(machine_list_free) struct machine_list machines = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(error_free) struct error error = {0};

	if (lease_dir_read(LEASE_DIR_DEFAULT, &leases, &nets, &machines, &problems,
			   &error) < 0) {
		doctor_skip(exam->report, "lease files: %s", error_text(&error));
		return;
	}
	for (size_t i = 0; i < problems.count; i++)
		doctor_problem(exam->report, DOCTOR_LEASE_FILE, NULL, "%s",
			       problems.messages[i]);
	if (!problems.count)
		doctor_ok(exam->report, doctor_kind_check(DOCTOR_LEASE_FILE),
			  "%zu leases in %s can be read", leases.count,
			  LEASE_DIR_DEFAULT);
}

/* Who is at work. Only the lock of a run that has certainly ended is advised to be
 * removed; by its UUID, which is that run's own. */
static void locks_examine(const struct examination *exam)
{
	CLEANUP(owner_lock_list_free) struct owner_lock_list locks = {0};
	CLEANUP(owner_free) struct owner self = {0};
	CLEANUP(error_free) struct error error = {0};
	const char *check = doctor_kind_check(DOCTOR_LOCK_LEFT);

	owner_self("doctor", NULL, "", &self);
	if (owner_lock_find(exam->connection, NULL, &self, &locks, &error) < 0 &&
	    error.is_unasked)
		doctor_unknown(exam->report, check, NULL, "not known: %s",
			       error_text(&error));
	else if (error.message)
		doctor_skip(exam->report, "%s", error_text(&error));
	array_foreach(seen, &locks.items) {
		CLEANUP(free_ptr) char *owner = owner_lock_owner_text(&seen->owner);

		if (seen->life == OWNER_HAS_ENDED)
			doctor_problem(
				exam->report, DOCTOR_LOCK_LEFT, seen->uuid,
				"the lock of batch \"%s\" is left by %s, which has "
				"ended",
				seen->batch, owner);
		else if (seen->life == OWNER_IS_ALIVE)
			doctor_ok(exam->report, check, "batch \"%s\" is in use by %s",
				  seen->batch, owner);
		else
			doctor_ok(exam->report, check,
				  "batch \"%s\" is locked by %s; the next run on it "
				  "finds out whether that has ended",
				  seen->batch, owner);
	}
}

static void connected_examine(struct examination *exam)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(exam->connection);

	exam->is_local = uri && virt_uri_is_local(uri);
	if (exam->denied)
		doctor_problem(exam->report, DOCTOR_READ_ONLY, NULL, "%s", exam->denied);
	else
		doctor_ok(exam->report, doctor_kind_check(DOCTOR_CONNECTION), "%s",
			  uri ? uri : "connected");
	libvirt_examine(exam);
	kvm_examine(exam);
	network_examine(exam);
	pools_examine(exam);
	locks_examine(exam);
	if (exam->is_local) {
		if (exam->version)
			hook_check(exam);
		else
			doctor_skip(exam->report, "the hook: libvirt's version is not "
						  "known");
		lease_files_examine(exam);
	} else {
		doctor_skip(exam->report,
			    "the hook, lease files and /dev/kvm: not on this machine");
		doctor_skip(exam->report, "what becomes of packets: not on this machine");
		if (exam->probes)
			doctor_problem(exam->report, DOCTOR_PROBE_NOT_TRIED, NULL,
				       "not tried: the hypervisor is not this machine");
	}
}

/* The daemon that did not answer, by its socket. */
static const char *daemon_of(const char *error)
{
	return strstr(error, "virtqemud") ? "virtqemud" : "libvirtd";
}

void doctor_examine(const struct batch_hypervisor *config, bool probes,
		    struct doctor_report *report)
{
	struct examination exam = {.config = config, .report = report, .probes = probes};
	CLEANUP(host_free) struct host host = {0};

	if (host_open(&host, config) == 0) {
		in_flight_end(&host.flight);
		exam.connection = host.connection;
		exam.denied = host.facts.denied;
		connected_examine(&exam);
	} else {
		doctor_problem(report, DOCTOR_CONNECTION,
			       daemon_of(host.facts.unreachable), "%s",
			       host.facts.unreachable);
		doctor_skip(report, "what needs a connection");
	}
	templates_examine(config, report);
}
