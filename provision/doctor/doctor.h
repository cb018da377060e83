/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of an examination: results of checks, with advice for each problem. */
#ifndef PROVISION_DOCTOR_DOCTOR_H
#define PROVISION_DOCTOR_DOCTOR_H

#include <stddef.h>

#include "common/mem.h"

/* With a finding machines will not work; a warning is worth knowing. */
enum doctor_result { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FINDING };

enum doctor_kind {
	DOCTOR_CONNECTION,
	DOCTOR_READ_ONLY,
	DOCTOR_DRIVER,
	DOCTOR_LIBVIRT_OLD,
	DOCTOR_KVM_EMULATED,
	DOCTOR_KVM_MISSING,
	DOCTOR_KVM_BROKEN,
	DOCTOR_NETWORK_MISSING,
	DOCTOR_NETWORK_INACTIVE,
	DOCTOR_NETWORK_AUTOSTART,
	DOCTOR_NETWORK_TRANSIENT,
	DOCTOR_DHCP_NONE,
	DOCTOR_DHCP_OTHERS,
	DOCTOR_DHCP_IPV6,
	DOCTOR_DHCP_FULL,
	DOCTOR_DHCP_NEARLY_FULL,
	DOCTOR_FORWARD_OFF,
	DOCTOR_FORWARD_DOCKER,
	DOCTOR_FORWARD_IPTABLES,
	DOCTOR_FORWARD_NFT,
	DOCTOR_FORWARD_FIREWALLD,
	DOCTOR_BRIDGED_DOCKER,
	DOCTOR_BRIDGED_OTHERS,
	DOCTOR_INPUT_IPTABLES,
	DOCTOR_INPUT_NFT,
	DOCTOR_FIREWALLD_ZONE,
	DOCTOR_PROBE_NOT_TRIED,
	DOCTOR_PROBE_SILENT,
	DOCTOR_PROBE_ROUTER,
	DOCTOR_PROBE_OUTSIDE,
	DOCTOR_POOL_MISSING,
	DOCTOR_POOL_INACTIVE,
	DOCTOR_POOL_AUTOSTART,
	DOCTOR_POOL_TRANSIENT,
	DOCTOR_POOL_NO_FILES,
	DOCTOR_POOL_UNFIT,
	DOCTOR_POOL_NO_OVERLAY,
	DOCTOR_SPACE_NONE,
	DOCTOR_SPACE_LOW,
	DOCTOR_IMAGES_NONE,
	DOCTOR_IMAGE_NAME,
	DOCTOR_IMAGE_UNFINISHED,
	DOCTOR_TEMPLATE,
	DOCTOR_HOOK_MISSING,
	DOCTOR_HOOK_PLACE,
	DOCTOR_HOOK_FILE,
	DOCTOR_HOOK_MODE,
	DOCTOR_HOOK_LABEL,
	DOCTOR_HOOK_TWICE,
	DOCTOR_HOOK_NOT_LOADED,
	DOCTOR_HOOK_PERHAPS_LOADED,
	DOCTOR_HOOK_ANSWER,
	DOCTOR_HOOK_VERSION,
	DOCTOR_LEASE_FILE,
	DOCTOR_LOCK_LEFT,
	DOCTOR_KIND_COUNT,
};

struct doctor_item {
	const char *check; /* "network", ... */
	enum doctor_result result;
	char *detail; /* owned; a sentence without a period */
	char *advice; /* owned; NULL with DOCTOR_OK */
};

/* The results for one hypervisor. Zeroed except `name` and `uri`. */
struct doctor_report {
	const char *name; /* borrowed */
	const char *uri;  /* for advice; borrowed, NULL: libvirt's default */
	ARRAY(struct doctor_item) items;
	ARRAY(char *) skipped; /* checks that were skipped, and why */
};

/* The check, result and advice of a kind. The advice has the placeholders URI, NAME and
 * PATH. */
const char *doctor_kind_check(enum doctor_kind kind);
enum doctor_result doctor_kind_result(enum doctor_kind kind);
const char *doctor_kind_advice(enum doctor_kind kind);

/* Adds a check without problem. */
void doctor_ok(struct doctor_report *report, const char *check, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds a problem. In its advice `about` (NULL: nothing) replaces NAME and PATH, and the
 * report's URI replaces URI, both quoted for a shell where needed. */
void doctor_problem(struct doctor_report *report, enum doctor_kind kind,
		    const char *about, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The advice of a kind, with `name` and `path` for NAME and PATH; the caller owns it. */
char *doctor_advice(const struct doctor_report *report, enum doctor_kind kind,
		    const char *name, const char *path);

/* Adds a problem with an advice that the report takes over. */
void doctor_problem_add(struct doctor_report *report, enum doctor_kind kind, char *advice,
			const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds a finding for what could not be asked, so that nothing is known about it. `advice`
 * is a phrase that helps; NULL: none is known. */
void doctor_unknown(struct doctor_report *report, const char *check, const char *advice,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Notes a check that was skipped. */
void doctor_skip(struct doctor_report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void doctor_report_free(struct doctor_report *report);

/* "ok", "warning", "finding". */
const char *doctor_result_word(enum doctor_result result);

#endif
