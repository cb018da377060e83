/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of a hypervisor's libvirt, KVM, network and pools, on facts that were read
 * before. */
#ifndef PROVISION_DOCTOR_CHECKS_H
#define PROVISION_DOCTOR_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "leases/lease.h"
#include "leases/net.h"
#include "provision/batch/batch.h"
#include "provision/doctor/doctor.h"

enum {
	/* As libvirt counts versions: 1,000,000 major + 1,000 minor + release. */
	DOCTOR_LIBVIRT_MIN = 5000000,
	DOCTOR_NEARLY_FULL_PERCENT = 90, /* of a DHCP range, or a pool */
};

/* A pool with less is full. */
#define DOCTOR_SPACE_MIN_BYTES (UINT64_C(1) << 30)

/* `driver` is the result of virConnectGetType(). */
void doctor_check_libvirt(struct doctor_report *report, const char *driver,
			  unsigned long version);

struct doctor_kvm {
	bool offered;	    /* libvirt would start guests with it */
	const char *arch;   /* of the host */
	const char *broken; /* why guests can't run with it; NULL: no reason is known */
	bool tried;	    /* a guest of a few instructions was run */
};

void doctor_check_kvm(struct doctor_report *report, enum batch_domain_type wanted,
		      const struct doctor_kvm *kvm);

/* A network or a pool. */
struct doctor_object {
	const char *name;
	bool found, active, persistent, autostart;
};

/* Returns whether it exists and is active. */
bool doctor_check_network(struct doctor_report *report,
			  const struct doctor_object *network);

/* Checks the network's subnets and counts all of its ranges: a family is full when the
 * ranges of it together are. `leases` are those of the network, NULL if they are
 * not known; `now_s` is in seconds since 1970. */
void doctor_check_dhcp(struct doctor_report *report, bool has_script,
		       const struct net *net, const struct lease_list *leases,
		       uint64_t now_s);

struct doctor_pool {
	struct doctor_object object;
	const char *type;      /* libvirt's: "dir", "logical", ...; NULL: not known */
	bool is_unknown;       /* it could not be asked, which was reported */
	bool space_is_unknown; /* the sizes could not be asked, which was reported */
	uint64_t capacity_bytes, free_bytes;
};

/* Checks the pools of images and of root volumes, which may be the same. */
void doctor_check_pools(struct doctor_report *report,
			const struct batch_hypervisor *config,
			const struct doctor_pool *images,
			const struct doctor_pool *roots);

#endif
