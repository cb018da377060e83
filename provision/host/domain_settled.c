/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a domain is settled: neither migrating nor busy with a job. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "provision/host/domain_settled.h"

bool domain_settled_arrives(int state, int reason)
{
	return state == VIR_DOMAIN_PAUSED && (reason == VIR_DOMAIN_PAUSED_MIGRATION ||
					      reason == VIR_DOMAIN_PAUSED_POSTCOPY);
}

bool domain_settled_left(int state, int reason)
{
	return state == VIR_DOMAIN_SHUTOFF && reason == VIR_DOMAIN_SHUTOFF_MIGRATED;
}

/* A domain that does not run, and a driver without jobs, have none. */
static bool has_job(virDomainPtr domain)
{
	virDomainJobInfo job;

	return virDomainGetJobInfo(domain, &job) == 0 && job.type != VIR_DOMAIN_JOB_NONE;
}

int domain_settled_check(virDomainPtr domain, struct error *error)
{
	CLEANUP(free_ptr) char *uri = NULL;
	CLEANUP(free_ptr) char *command = NULL;
	int state, reason;

	if (virDomainGetState(domain, &state, &reason, 0) < 0)
		return virt_error(error, "can't read the domain's state");
	if (domain_settled_arrives(state, reason))
		return error_set(error,
				 "a migration is under way; try again when it has ended");
	if (!has_job(domain))
		return 0;
	uri = virConnectGetURI(virDomainGetConnect(domain));
	command = virsh_text(uri, "domjobinfo", virDomainGetName(domain), NULL);
	return error_set(error,
			 "a migration or another job is under way; try again when it has "
			 "ended (%s)",
			 command);
}

bool domain_is_settled_in(virDomainPtr domain)
{
	int state;

	return virDomainGetState(domain, &state, NULL, 0) == 0 &&
	       state == VIR_DOMAIN_RUNNING && virDomainIsPersistent(domain) == 1 &&
	       !has_job(domain);
}

bool domain_is_off(virDomainPtr domain)
{
	int state;

	return virDomainGetState(domain, &state, NULL, 0) == 0 &&
	       state == VIR_DOMAIN_SHUTOFF &&
	       virDomainHasManagedSaveImage(domain, 0) == 0;
}

bool domain_was_migrated(virDomainPtr domain)
{
	int state, reason;

	return virDomainGetState(domain, &state, &reason, 0) == 0 &&
	       domain_settled_left(state, reason);
}
