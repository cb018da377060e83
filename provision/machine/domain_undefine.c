/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undefining a domain with everything that libvirt stores for it. */
#define _GNU_SOURCE
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "provision/machine/domain_undefine.h"

#if LIBVIR_CHECK_VERSION(5, 6, 0)
enum { CHECKPOINTS = VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA };
#else
enum { CHECKPOINTS = 0 };
#endif

int domain_undefine_all(virDomainPtr domain, bool keeps_nvram)
{
	const unsigned int flags = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
				   VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
				   (keeps_nvram ? VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
						: VIR_DOMAIN_UNDEFINE_NVRAM);
	int status = virDomainUndefineFlags(domain, flags | CHECKPOINTS);

	if (status < 0 && CHECKPOINTS != 0 && virt_error_code() == VIR_ERR_INVALID_ARG)
		status = virDomainUndefineFlags(domain, flags);
	return status;
}

/* Its path, the caller's; NULL: the domain has none, or no longer exists. */
static int nvram_read(virDomainPtr domain, char **path, struct error *error)
{
	CLEANUP(free_ptr)
	char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(xml_free) struct xml xml = {0};

	*path = NULL;
	if (!text)
		return virt_error_code() == VIR_ERR_NO_DOMAIN
			       ? 0
			       : virt_error(error, "can't read a domain");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	/* Since libvirt 8.5 it may be a source. */
	*path = xml_string(&xml, NULL, "/domain/os/nvram/source/@file");
	if (!*path)
		*path = xml_string(&xml, NULL, "/domain/os/nvram");
	return 0;
}

int domain_nvram_user(virDomainPtr domain, char **user, struct error *error)
{
	virConnectPtr connection = virDomainGetConnect(domain);
	CLEANUP(free_ptr) char *own = NULL;
	virDomainPtr *all = NULL;
	int status = 0;

	*user = NULL;
	if (nvram_read(domain, &own, error) < 0)
		return -1;
	if (!own)
		return 0;
	if (virConnectListAllDomains(connection, &all, 0) < 0)
		return virt_error(error, "can't list the domains");
	for (size_t i = 0; all[i]; i++) {
		CLEANUP(free_ptr) char *path = NULL;

		if (status == 0 && !*user &&
		    strcmp(virDomainGetName(all[i]), virDomainGetName(domain))) {
			status = nvram_read(all[i], &path, error);
			if (text_equal(path, own))
				*user = mem_string(virDomainGetName(all[i]));
		}
		virDomainFree(all[i]);
	}
	free(all);
	return status;
}
