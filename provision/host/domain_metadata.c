/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the metadata of a domain that exists. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_metadata.h"

/* The caller frees it. */
static char *xml_read(virDomainPtr domain, unsigned int flags, struct error *error)
{
	char *xml = virDomainGetXMLDesc(domain, flags);

	if (!xml)
		virt_error(error, "can't read the domain");
	return xml;
}

/* Whether it may be that of a run that has lost the batch. */
static bool is_doubtful(const struct metadata *metadata)
{
	return metadata->has_tools && metadata->state == METADATA_CREATING;
}

bool domain_metadata_prefer(const char *live, struct metadata *metadata)
{
	struct metadata found = {0};

	if (!is_doubtful(metadata) ||
	    metadata_parse(live, strlen(live), &found, NULL) < 0)
		return false;
	if (!found.has_tools || found.state != METADATA_READY) {
		metadata_free(&found);
		return false;
	}
	metadata_free(metadata);
	*metadata = found;
	return true;
}

bool domain_metadata_prefer_live(virDomainPtr domain, struct metadata *metadata)
{
	CLEANUP(free_ptr) char *live = NULL;

	if (!is_doubtful(metadata) || virDomainIsActive(domain) != 1)
		return false;
	live = xml_read(domain, 0, NULL);
	return live && domain_metadata_prefer(live, metadata);
}

int domain_metadata_read(virDomainPtr domain, struct metadata *metadata,
			 struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = xml_read(domain, VIR_DOMAIN_XML_INACTIVE, error);

	if (!xml || metadata_parse(xml, strlen(xml), metadata, error) < 0)
		return -1;
	if (!metadata->has_tools)
		return error_set(error, "the domain is not managed by this tool");
	domain_metadata_prefer_live(domain, metadata);
	return 0;
}
