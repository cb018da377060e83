/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what is to be done about each machine of a batch, decided before anything is.
 */
#ifndef PROVISION_PLAN_H
#define PROVISION_PLAN_H

#include <stdbool.h>
#include <uuid/uuid.h>

#include "common/error.h"
#include "common/mem.h"
#include "provision/batch.h"
#include "provision/host.h"
#include "provision/storage.h"

enum plan_action {
	PLAN_CREATE,
	PLAN_RESUME, /* a run died over it: take it back, then create it */
	PLAN_START,  /* it is there and complete, but does not run */
	PLAN_KEEP,
	PLAN_FAIL, /* its hypervisor can't be reached */
};

struct plan_item {
	const struct batch_machine *machine;
	const char *batch, *creator; /* borrowed */
	struct host *host;
	enum plan_action action;
	bool differs;			  /* it is there, but was made from other input */
	const struct host_domain *domain; /* NULL: not there */
	const struct host_image *image;
	enum storage_clone clone;
	const char *arch, *domain_type;
	char uuid[UUID_STR_LEN];
	uint8_t mac[MAC_SIZE];
	char *hash;	    /* of the input that the machine is made from */
	const char *reason; /* with PLAN_FAIL; owned by the host list */
};

/* Which machines of the batch are meant; zeroed: all. */
struct plan_filter {
	const char *only;	     /* a glob(7) pattern, or NULL */
	const char *const *machines; /* names */
	size_t machine_count;	     /* 0: any name */
};

/* A machine that is named must be in the batch; a pattern must fit some. Returns -1. */
int plan_filter_check(const struct plan_filter *filter, const struct batch *batch,
		      struct error_list *errors);

struct plan_host {
	struct host host;
	struct error unreachable; /* with host.connection NULL */
};

struct plan {
	const struct batch *batch;
	/* Borrowed; set by the caller before plan_survey(). */
	const char *creator;		  /* of machines, for Vmango; NULL: not known */
	const struct plan_filter *filter; /* NULL: all */
	struct plan_host *hosts; /* one for each hypervisor of the batch, in its order */
	ARRAY(struct plan_item)
	items; /* one for each machine meant, in the batch's order */
};

/*
 * Connects to the hypervisors that machines name and looks around for `parts` (enum
 * host_part). One that can't be
 * reached fails its machines; every other problem goes to `errors`. Returns -1 when there
 * was any. Free `plan` in both cases, before the batch. */
int plan_survey(const struct batch *batch, unsigned int parts, struct plan *plan,
		struct error_list *errors);

/*
 * Decides for each machine, and checks what it needs: image, name, identity, volumes,
 * address, templates. Changes nothing. Returns -1 when there was any error.
 */
int plan_make(struct plan *plan, struct error_list *errors);

/*
 * Only finds which of the machines are there: sets each item's domain, MAC and action,
 * for what needs neither images nor templates. A name that is taken by others is an
 * error.
 */
int plan_find(struct plan *plan, struct error_list *errors);

void plan_free(struct plan *plan);

/* Whether this batch made the domain, be it complete or not. */
bool plan_owns(const struct plan *plan, const struct host_domain *domain,
	       const struct batch_machine *machine);

/* "create", "resume", "start", "keep", "fail". */
const char *plan_action_name(enum plan_action action);

#endif
