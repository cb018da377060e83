/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storing the metadata of a machine. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/metadata_write.h"
#include "provision/host/domain_metadata.h"
#include "provision/machine/machine_metadata.h"

static int element_store(struct run *run, virDomainPtr domain, const char *element,
			 const char *key, const char *uri, struct error *error)
{
	unsigned int flags = VIR_DOMAIN_AFFECT_CONFIG;
	int status;

	if (!element)
		return -1;
	status = virDomainIsActive(domain);
	if (status < 0)
		return virt_error(error, "can't store the metadata");
	if (status > 0)
		flags |= VIR_DOMAIN_AFFECT_LIVE;
	if (run_change(run, error) < 0)
		return -1;
	status = virDomainSetMetadata(domain, VIR_DOMAIN_METADATA_ELEMENT, element, key,
				      uri, flags);
	run_point(run);
	return status < 0 ? virt_error(error, "can't store the metadata") : 0;
}

int machine_metadata_store(struct run *run, virDomainPtr domain,
			   const struct metadata *metadata, struct error *error)
{
	CLEANUP(free_ptr) char *element = metadata_tools_element(metadata, error);

	return element_store(run, domain, element, METADATA_TOOLS_KEY, METADATA_TOOLS_URI,
			     error);
}

int machine_metadata_restore(struct run *run, virDomainPtr domain, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	CLEANUP(free_ptr)
	char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);

	if (!xml)
		return virt_error_code() == VIR_ERR_NO_DOMAIN
			       ? 0
			       : virt_error(error, "can't read the domain");
	if (metadata_parse(xml, strlen(xml), &metadata, error) < 0)
		return -1;
	return domain_metadata_prefer_live(domain, &metadata)
		       ? machine_metadata_store(run, domain, &metadata, error)
		       : 0;
}

int machine_metadata_store_vmango(struct run *run, virDomainPtr domain,
				  const struct metadata *metadata, struct error *error)
{
	CLEANUP(free_ptr) char *element = metadata_vmango_element(metadata, error);

	return element_store(run, domain, element, METADATA_VMANGO_KEY,
			     METADATA_VMANGO_URI, error);
}
