/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the metadata of a machine as XML. */
#ifndef PROVISION_HOST_METADATA_WRITE_H
#define PROVISION_HOST_METADATA_WRITE_H

#include "provision/host/metadata.h"

/*
 * The elements that `has_vmango` and `has_tools` select, as markup for {{ .Metadata }} of
 * a template; the caller owns it. NULL with an error if a text is too long, is empty
 * although required (batch, input hash, names of keys, volumes, reservation), or has a
 * character that XML does not allow: control characters except tab, line feed and
 * carriage return, U+FFFE, U+FFFF, and bytes that are not UTF-8 (XML 1.0, section 2.2).
 */
char *metadata_xml(const struct metadata *metadata, struct error *error);

/*
 * Only our element, without its namespace, for virDomainSetMetadata() with
 * VIR_DOMAIN_METADATA_ELEMENT, METADATA_TOOLS_KEY and METADATA_TOOLS_URI, which changes
 * it without redefining the domain. Otherwise as metadata_xml().
 */
#define METADATA_TOOLS_KEY "tools"
char *metadata_tools_element(const struct metadata *metadata, struct error *error);

/* The same for Vmango's element. */
#define METADATA_VMANGO_KEY "vmango"
char *metadata_vmango_element(const struct metadata *metadata, struct error *error);

/* Whether XML allows these bytes, so that user data can be in the metadata. */
bool metadata_can_hold(const char *text, size_t size);

#endif
