/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to be asked about a domain before it is defined. */
#ifndef PROVISION_PLAN_DOMAIN_QUESTION_H
#define PROVISION_PLAN_DOMAIN_QUESTION_H

#include "provision/plan/changes.h"

/* What a domain needs to exist when it is started. */
enum domain_need_kind {
	DOMAIN_NETWORK,	  /* libvirt's, also active */
	DOMAIN_INTERFACE, /* a bridge or another network device of the host */
	DOMAIN_FILTER,	  /* of network traffic */
	DOMAIN_FILE,	  /* or a block device, by its path */
	DOMAIN_VOLUME,	  /* of a pool, by its name */
};

struct domain_need {
	enum domain_need_kind kind;
	char *name, *pool; /* pool: of DOMAIN_VOLUME, else NULL */
	char *device;	   /* that needs it, for messages: "disk vdb" */
};

struct domain_question {
	/* The domain for virConnectDomainXMLToNative(): without metadata, and with paths
	 * instead of its own volumes, which do not exist yet. */
	char *xml;
	/* The same without the devices that libvirt completes only when it starts the
	 * guest, such as <hostdev>, so that it can refuse them although they are valid;
	 * NULL: it has none. */
	char *certain;
	/* Equal for domains that differ only in name, UUID, MAC address and the paths of
	 * their own volumes: libvirt says the same about them. */
	char *shape;
	char *arch, *machine_type, *emulator; /* NULL: libvirt's default */
	/* Without what the machine's own volumes will be. */
	ARRAY(struct domain_need) needs;
};

/* Reads change->definition; the caller frees the question, which stays zeroed on
 * failure. */
int domain_question_make(const struct change *change, struct domain_question *question,
			 struct error *error);
void domain_question_free(struct domain_question *question);

#endif
