/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the metadata of a domain that exists. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_metadata.h"

static int xml_read(virDomainPtr domain, unsigned int flags, struct metadata *metadata,
		    struct error *error)
{
	CLEANUP(free_ptr) char *xml = virDomainGetXMLDesc(domain, flags);

	if (!xml)
		return virt_error(error, "can't read the domain");
	return metadata_parse(xml, strlen(xml), metadata, error);
}

bool domain_metadata_prefer_live(virDomainPtr domain, struct metadata *metadata)
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

int domain_metadata_read(virDomainPtr domain, struct metadata *metadata,
			 struct error *error)
{
	if (xml_read(domain, VIR_DOMAIN_XML_INACTIVE, metadata, error) < 0)
		return -1;
	if (!metadata->has_tools)
		return error_set(error, "the domain is not managed by this tool");
	domain_metadata_prefer_live(domain, metadata);
	return 0;
}
