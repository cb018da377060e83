/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of a hypervisor's libvirt, KVM, network and pools. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/num.h"
#include "leases/audit.h"
#include "provision/doctor/checks.h"
#include "provision/host/storage_pool.h"

void doctor_check_libvirt(struct doctor_report *report, const char *driver,
			  unsigned long version)
{
	unsigned long major = version / 1000000, minor = version / 1000 % 1000;

	if (!driver || strcasecmp(driver, "QEMU"))
		doctor_problem(report, DOCTOR_DRIVER, NULL,
			       "it is not a QEMU hypervisor but %s",
			       driver ? driver : "of an unknown kind");
	else if (version < DOCTOR_LIBVIRT_MIN)
		doctor_problem(report, DOCTOR_LIBVIRT_OLD, NULL,
			       "version %lu.%lu.%lu is older than %d.%d", major, minor,
			       version % 1000, DOCTOR_LIBVIRT_MIN / 1000000,
			       DOCTOR_LIBVIRT_MIN / 1000 % 1000);
	else
		doctor_ok(report, doctor_kind_check(DOCTOR_LIBVIRT_OLD),
			  "version %lu.%lu.%lu", major, minor, version % 1000);
}

void doctor_check_kvm(struct doctor_report *report, enum batch_domain_type wanted,
		      const struct doctor_kvm *kvm)
{
	const char *check = doctor_kind_check(DOCTOR_KVM_MISSING);

	if (wanted == BATCH_DOMAIN_QEMU)
		doctor_ok(report, check, "not wanted: domain_type = qemu");
	else if (!kvm->offered)
		doctor_problem(report,
			       wanted == BATCH_DOMAIN_KVM ? DOCTOR_KVM_MISSING
							  : DOCTOR_KVM_EMULATED,
			       NULL, "libvirt offers no KVM for %s", kvm->arch);
	else if (kvm->broken)
		doctor_problem(report, DOCTOR_KVM_BROKEN, NULL, "%s", kvm->broken);
	else
		doctor_ok(report, check, "libvirt offers KVM for %s%s", kvm->arch,
			  kvm->tried ? ", and it runs code" : "");
}

/* The kinds of problems that an object can have. */
struct object_kinds {
	enum doctor_kind missing, inactive, transient, autostart;
};

/* Returns whether the object exists and is active. */
static bool object_check(struct doctor_report *report, const char *what,
			 const struct doctor_object *object,
			 const struct object_kinds *kinds)
{
	const char *name = object->name;
	size_t before = report->items.count;

	if (!object->found) {
		doctor_problem(report, kinds->missing, name, "no %s \"%s\"", what, name);
		return false;
	}
	if (!object->active)
		doctor_problem(report, kinds->inactive, name, "%s \"%s\" is not active",
			       what, name);
	if (!object->persistent)
		doctor_problem(report, kinds->transient, name,
			       "%s \"%s\" is transient: it is gone when it stops", what,
			       name);
	else if (!object->autostart)
		doctor_problem(report, kinds->autostart, name,
			       "%s \"%s\" does not start when the host does", what, name);
	if (report->items.count == before)
		doctor_ok(report, doctor_kind_check(kinds->missing),
			  "%s \"%s\" is active and starts when the host does", what,
			  name);
	return object->active;
}

bool doctor_check_network(struct doctor_report *report,
			  const struct doctor_object *network)
{
	static const struct object_kinds kinds = {
		DOCTOR_NETWORK_MISSING, DOCTOR_NETWORK_INACTIVE, DOCTOR_NETWORK_TRANSIENT,
		DOCTOR_NETWORK_AUTOSTART};

	return object_check(report, "network", network, &kinds);
}

/* The ranges of one family. */
struct family_use {
	uint64_t size, used;
	struct buf text; /* of each range */
};

static void range_add(struct family_use *use, const struct finding *finding)
{
	use->size = use->size > UINT64_MAX - finding->size ? UINT64_MAX
							   : use->size + finding->size;
	use->used += finding->used;
	buf_format(&use->text, "%s%s", use->text.size ? "; " : "", finding->detail);
}

/* Counts each range by itself, by the code of `vmango-leases audit`. */
static void family_count(const struct net *net, sa_family_t family,
			 const struct lease_list *leases, uint64_t now_s,
			 struct family_use *use)
{
	const struct machine_list no_machines = {0};
	const struct audit_host host = {.machines = &no_machines};
	CLEANUP(finding_list_free) struct finding_list findings = {0};
	struct net part = *net;
	const struct net_list nets = {.items = &part, .count = 1};
	const struct audit_input input = {.nets = &nets,
					  .hosts = &host,
					  .host_count = 1,
					  .leases = leases,
					  .now_s = now_s};

	/* The copy owns its ranges. */
	part.ranges.items = NULL;
	part.ranges.count = part.ranges.capacity = 0;
	array_foreach(range, &net->ranges) {
		if (range->first.family == family)
			*array_add(&part.ranges) = *range;
	}
	audit(&input, &findings);
	array_foreach(finding, &findings) {
		if (finding->kind == FINDING_POOL)
			range_add(use, finding);
	}
	free(part.ranges.items);
}

/* Whether there was a problem. */
static bool family_check(struct doctor_report *report, const struct net *net,
			 const struct family_use *use)
{
	double share = (double)use->used * 100;

	if (!use->text.size || share < (double)use->size * DOCTOR_NEARLY_FULL_PERCENT)
		return false;
	doctor_problem(report,
		       use->used >= use->size ? DOCTOR_DHCP_FULL
					      : DOCTOR_DHCP_NEARLY_FULL,
		       net->name, "%s", buf_text(&use->text));
	return true;
}

static void ranges_check(struct doctor_report *report, const struct net *net,
			 const struct lease_list *leases, uint64_t now_s)
{
	CLEANUP(buf_free) struct buf text = {0};
	bool is_full = false;

	for (int i = 0; i < 2; i++) {
		struct family_use use = {0};

		family_count(net, i ? AF_INET6 : AF_INET, leases, now_s, &use);
		is_full |= family_check(report, net, &use);
		if (use.text.size)
			buf_format(&text, "%s%s", text.size ? "; " : "",
				   buf_text(&use.text));
		buf_free(&use.text);
	}
	if (text.size && !is_full)
		doctor_ok(report, doctor_kind_check(DOCTOR_DHCP_FULL), "%s",
			  buf_text(&text));
}

static size_t subnets_count(const struct net *net, sa_family_t family)
{
	size_t count = 0;

	array_foreach(subnet, &net->subnets)
		count += subnet->gateway.family == family;
	return count;
}

static size_t ranges_count(const struct net *net, sa_family_t family)
{
	size_t count = 0;

	array_foreach(range, &net->ranges)
		count += range->first.family == family;
	return count;
}

void doctor_check_dhcp(struct doctor_report *report, bool has_script,
		       const struct net *net, const struct lease_list *leases,
		       uint64_t now_s)
{
	bool has_ipv4 = subnets_count(net, AF_INET);

	if (has_script) {
		doctor_ok(report, doctor_kind_check(DOCTOR_DHCP_NONE),
			  "the network script assigns addresses");
		return;
	}
	if (!has_ipv4 && !subnets_count(net, AF_INET6))
		doctor_problem(report, DOCTOR_DHCP_OTHERS, net->name,
			       "libvirt assigns no IPv4 addresses on network \"%s\"",
			       net->name);
	else if (!has_ipv4)
		doctor_problem(report, DOCTOR_DHCP_IPV6, net->name,
			       "network \"%s\" has only IPv6, %s", net->name,
			       ranges_count(net, AF_INET6) ? "by DHCPv6"
							   : "by router advertisements");
	else if (!ranges_count(net, AF_INET))
		doctor_problem(report, DOCTOR_DHCP_NONE, net->name,
			       "network \"%s\" has no DHCP range", net->name);
	if (leases)
		ranges_check(report, net, leases, now_s);
}

static void space_check(struct doctor_report *report, const struct doctor_pool *pool)
{
	char free_text[NUM_SIZE_TEXT_MAX], capacity[NUM_SIZE_TEXT_MAX];
	CLEANUP(free_ptr)
	char *detail = mem_format("%s of %s free in pool \"%s\"",
				  num_size_text(pool->free_bytes, free_text),
				  num_size_text(pool->capacity_bytes, capacity),
				  pool->object.name);

	if (pool->free_bytes < DOCTOR_SPACE_MIN_BYTES)
		doctor_problem(report, DOCTOR_SPACE_NONE, pool->object.name, "%s",
			       detail);
	else if (pool->free_bytes <
		 pool->capacity_bytes / 100 * (100 - DOCTOR_NEARLY_FULL_PERCENT))
		doctor_problem(report, DOCTOR_SPACE_LOW, pool->object.name, "%s", detail);
	else
		doctor_ok(report, doctor_kind_check(DOCTOR_SPACE_NONE), "%s", detail);
}

static void pool_check(struct doctor_report *report, const struct doctor_pool *pool)
{
	static const struct object_kinds kinds = {
		DOCTOR_POOL_MISSING, DOCTOR_POOL_INACTIVE, DOCTOR_POOL_TRANSIENT,
		DOCTOR_POOL_AUTOSTART};

	if (pool->is_unknown)
		return;
	if (object_check(report, "pool", &pool->object, &kinds) &&
	    !pool->space_is_unknown)
		space_check(report, pool);
}

/* Whether libvirt can create root volumes from images of the other pool. */
static void types_check(struct doctor_report *report,
			const struct batch_hypervisor *config,
			const struct doctor_pool *images, const struct doctor_pool *roots)
{
	const struct storage_pools pools = {
		.image_pool = images->object.name,
		.image_type = images->type,
		.root_pool = roots->object.name,
		.root_type = roots->type,
		.config_drive = config->config_drive != BATCH_DRIVE_NONE,
	};
	CLEANUP(error_free) struct error error = {0};
	enum storage_clone clone;
	const char *key;

	if (storage_pools_check(&pools, &key, &error) < 0)
		doctor_problem(report, DOCTOR_POOL_UNFIT, pools.root_pool, "%s: %s", key,
			       error_text(&error));
	if (storage_clone_choose(&pools, config->clone, "qcow2", &clone, &error) < 0)
		doctor_problem(report, DOCTOR_POOL_NO_OVERLAY, pools.root_pool,
			       "clone: %s", error_text(&error));
}

void doctor_check_pools(struct doctor_report *report,
			const struct batch_hypervisor *config,
			const struct doctor_pool *images, const struct doctor_pool *roots)
{
	bool same = !strcmp(images->object.name, roots->object.name);

	pool_check(report, images);
	if (images->type && !storage_pool_is_folder(images->type))
		doctor_problem(report, DOCTOR_POOL_NO_FILES, images->object.name,
			       "pool \"%s\" of images is of type %s", images->object.name,
			       images->type);
	if (!same)
		pool_check(report, roots);
	if (images->type && roots->type)
		types_check(report, config, images, roots);
}
