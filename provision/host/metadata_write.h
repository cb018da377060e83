/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metadata of a machine, as XML. */
#ifndef PROVISION_HOST_METADATA_WRITE_H
#define PROVISION_HOST_METADATA_WRITE_H

#include "provision/host/metadata.h"

/*
 * The elements that `has_vmango` and `has_tools` ask for, one behind the other, as markup
 * for a template's {{ .Metadata }}; the caller owns it. NULL with an error when a text is
 * too long, required (batch, input hash, names of keys, volumes, reservation) and empty,
 * or has a character that XML can't hold: control characters but tab, line feed and
 * carriage return, U+FFFE, U+FFFF, and bytes that are no UTF-8 (XML 1.0, section 2.2).
 */
char *metadata_xml(const struct metadata *metadata, struct error *error);

/*
 * Our element alone, without its namespace, as virDomainSetMetadata() takes it together
 * with VIR_DOMAIN_METADATA_ELEMENT, METADATA_TOOLS_KEY and METADATA_TOOLS_URI; so a state
 * can change without redefining the domain. Otherwise as metadata_xml().
 */
#define METADATA_TOOLS_KEY "tools"
char *metadata_tools_element(const struct metadata *metadata, struct error *error);

/* The same for Vmango's element. */
#define METADATA_VMANGO_KEY "vmango"
char *metadata_vmango_element(const struct metadata *metadata, struct error *error);

/* Whether XML can hold these bytes, so that user data may stand in the metadata. */
bool metadata_can_hold(const char *text, size_t size);

#endif
