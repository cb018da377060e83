/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The `<interface>` elements of a domain's XML, for everything that reads them. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "leases/interface_xml.h"
#include "leases/xml_walk.h"

struct domain {
	bool is_domain;
	struct interface_xml_list interfaces;
};

static void domain_free(struct domain *domain)
{
	interface_xml_list_free(&domain->interfaces);
}

static void text_take(char **text, const char *const *attributes, const char *name)
{
	if (!*text)
		*text = mem_string(xml_walk_attribute(attributes, name));
}

static void interface_element(struct interface_xml *interface, const char *path,
			      const char *const *attributes)
{
	if (!strcmp(path, ""))
		text_take(&interface->type, attributes, "type");
	if (!strcmp(path, "/mac"))
		text_take(&interface->mac, attributes, "address");
	if (strcmp(path, "/source"))
		return;
	text_take(&interface->network, attributes, "network");
	text_take(&interface->bridge, attributes, "bridge");
	text_take(&interface->device, attributes, "dev");
}

static void domain_element(void *data, const char *path, const char *const *attributes)
{
	static const char interface[] = "/domain/devices/interface";
	struct interface_xml_list *interfaces = &((struct domain *)data)->interfaces;
	size_t length = sizeof(interface) - 1;

	if (!strcmp(path, "/domain"))
		((struct domain *)data)->is_domain = true;
	if (strncmp(path, interface, length) || (path[length] && path[length] != '/'))
		return;
	if (!path[length])
		array_add(interfaces);
	interface_element(&interfaces->items[interfaces->count - 1], path + length,
			  attributes);
}

int interface_xml_parse(const char *text, size_t size,
			struct interface_xml_list *interfaces, struct error *error)
{
	CLEANUP(domain_free) struct domain domain = {0};

	if (xml_walk(text, size, domain_element, &domain, error) < 0)
		return -1;
	if (!domain.is_domain)
		return error_set(error, "the root is not <domain>");
	array_foreach(interface, &domain.interfaces) {
		*array_add(interfaces) = *interface;
		*interface = (struct interface_xml){0};
	}
	return 0;
}

void interface_xml_list_free(struct interface_xml_list *interfaces)
{
	array_foreach(interface, interfaces) {
		free(interface->type);
		free(interface->mac);
		free(interface->network);
		free(interface->bridge);
		free(interface->device);
	}
	free(interfaces->items);
	*interfaces = (struct interface_xml_list){0};
}
