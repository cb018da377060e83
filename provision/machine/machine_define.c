/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defining a guest again whose definition has been removed while it runs. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/machine/machine_define.h"

int machine_define_again(struct run *run, virDomainPtr domain, struct error *error)
{
	const unsigned int flags = VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE;
	CLEANUP(virDomainFree_ptr) virDomainPtr defined = NULL;
	CLEANUP(free_ptr) char *text = NULL;

	int status = virDomainIsPersistent(domain);

	if (status < 0)
		return virt_error(error, "can't read the domain");
	if (status > 0)
		return 0;
	text = virDomainGetXMLDesc(domain, flags);
	if (!text)
		return virt_error(error, "can't read the domain");
	if (run_change(run, error) < 0)
		return -1;
	defined = virDomainDefineXML(virDomainGetConnect(domain), text);
	run_point(run);
	return defined ? 0 : virt_error(error, "can't define the domain again");
}
