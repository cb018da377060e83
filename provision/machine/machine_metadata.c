/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metadata of a domain that is there: read and stored. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/machine/machine_metadata.h"

static int xml_read(virDomainPtr domain, unsigned int flags, struct metadata *metadata,
		    struct error *error)
{
	CLEANUP(free_ptr) char *xml = virDomainGetXMLDesc(domain, flags);

	if (!xml)
		return virt_error(error, "can't read the domain");
	return metadata_parse(xml, strlen(xml), metadata, error);
}

bool machine_metadata_prefer_live(virDomainPtr domain, struct metadata *metadata)
{
	struct metadata live = {0};

	if (!metadata->has_tools || metadata->state != METADATA_CREATING ||
	    virDomainIsActive(domain) != 1 || xml_read(domain, 0, &live, NULL) < 0)
		return false;
	if (!live.has_tools || live.state != METADATA_READY) {
		metadata_free(&live);
		return false;
	}
	metadata_free(metadata);
	*metadata = live;
	return true;
}

int machine_metadata_read(virDomainPtr domain, struct metadata *metadata,
			  struct error *error)
{
	if (xml_read(domain, VIR_DOMAIN_XML_INACTIVE, metadata, error) < 0)
		return -1;
	if (!metadata->has_tools)
		return error_set(error, "the domain is not ours");
	machine_metadata_prefer_live(domain, metadata);
	return 0;
}

static int element_store(struct run *run, virDomainPtr domain, const char *element,
			 const char *key, const char *uri, struct error *error)
{
	unsigned int flags = VIR_DOMAIN_AFFECT_CONFIG;
	int status;

	if (!element)
		return -1;
	if (virDomainIsActive(domain) == 1)
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

	if (machine_metadata_read(domain, &metadata, error) < 0)
		return -1;
	return machine_metadata_store(run, domain, &metadata, error);
}

int machine_metadata_store_vmango(struct run *run, virDomainPtr domain,
				  const struct metadata *metadata, struct error *error)
{
	CLEANUP(free_ptr) char *element = metadata_vmango_element(metadata, error);

	return element_store(run, domain, element, METADATA_VMANGO_KEY,
			     METADATA_VMANGO_URI, error);
}
