/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a domain that a template made. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/host/domain_hardware.h"
#include "provision/plan/domain_xml.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* The hardware of such a domain, and its NIC connected to what it is connected to. */
static void hardware_read(const char *text)
{
	static const uint8_t mac[MAC_SIZE] = {0x52, 0x54, 0, 0x0a, 0x0b, 0x0c};
	CLEANUP(domain_hardware_free) struct domain_hardware hardware = {0};
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr)
	char *nic = domain_hardware_nic_changed(text, text, mac, true, NULL);

	if (xml_parse(&xml, text, strlen(text), NULL) == 0)
		domain_hardware_read(&xml, &hardware);
	if (!nic != !domain_hardware_nic(&hardware, mac))
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct domain_identity identity = {
		.name = "a",
		.uuid = "01234567-89ab-5def-8123-456789abcdef",
		.mac = "52:54:00:0a:0b:0c",
		.network = "n",
		.metadata = "<m:a xmlns:m=\"urn:m\">x</m:a>",
		.drive_path = "/d.iso",
	};
	CLEANUP(free_ptr) char *once = NULL;
	CLEANUP(free_ptr) char *twice = NULL;

	once = domain_xml_finish((const char *)data, size, &identity, NULL);
	if (!once)
		return 0;
	/* What is whole is left as it is. */
	twice = domain_xml_finish(once, strlen(once), &identity, NULL);
	if (!twice || strcmp(once, twice) != 0)
		abort();
	hardware_read(once);
	return 0;
}
