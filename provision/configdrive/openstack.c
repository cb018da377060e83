/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of an OpenStack drive, as JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <json-c/json.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/mac.h"
#include "provision/configdrive/drive_check.h"
#include "provision/configdrive/openstack.h"

/* The name of the NIC in network_data.json; cloud-init finds the real one by MAC
 * address. */
#define LINK "nic0"

/* Takes ownership of `value` and returns it, so that members can be added to it. */
static json_object *member(json_object *object, const char *name, json_object *value)
{
	json_object_object_add(object, name, value);
	return value;
}

static json_object *item(json_object *array, json_object *value)
{
	json_object_array_add(array, value);
	return value;
}

static void text(json_object *object, const char *name, const char *value)
{
	member(object, name, json_object_new_string(value));
}

/* The object as text that ends with a newline. Frees the object. */
static char *document(json_object *object)
{
	int flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		    JSON_C_TO_STRING_NOSLASHESCAPE;
	char *copy = mem_format("%s\n", json_object_to_json_string_ext(object, flags));

	json_object_put(object);
	return copy;
}

char *openstack_meta_data(const struct configdrive *drive)
{
	json_object *meta = json_object_new_object();
	json_object *keys;

	text(meta, "uuid", drive->instance_id);
	text(meta, "name", drive->hostname);
	text(meta, "hostname", drive->hostname);
	text(meta, "availability_zone", "none");
	member(meta, "launch_index", json_object_new_int(0));
	member(meta, "files", json_object_new_array());
	member(meta, "meta", json_object_new_object());
	keys = member(meta, "public_keys", json_object_new_object());
	for (size_t i = 0; i < drive->key_count; i++) {
		const struct configdrive_key *key = &drive->keys[i];
		size_t length = configdrive_key_length(key->public_key);

		member(keys, key->name,
		       json_object_new_string_len(key->public_key, (int)length));
	}
	return document(meta);
}

/* The netmask, in the form that network_data.json has for both families. */
static void netmask_add(json_object *object, int family, unsigned int prefix)
{
	unsigned char mask[sizeof(struct in6_addr)] = {0};
	char out[INET6_ADDRSTRLEN];

	for (unsigned int bit = 0; bit < prefix; bit++)
		mask[bit / 8] = (unsigned char)(mask[bit / 8] | 0x80 >> bit % 8);
	text(object, "netmask", inet_ntop(family, mask, out, sizeof(out)));
}

static void address_add(json_object *network, const struct configdrive_address *address)
{
	int family = configdrive_family(address->address);
	json_object *routes, *route;

	text(network, "type", family == AF_INET ? "ipv4" : "ipv6");
	text(network, "ip_address", address->address);
	netmask_add(network, family, address->prefix);
	routes = member(network, "routes", json_object_new_array());
	if (!address->gateway)
		return;
	route = item(routes, json_object_new_object());
	text(route, "network", family == AF_INET ? "0.0.0.0" : "::");
	netmask_add(route, family, 0);
	text(route, "gateway", address->gateway);
}

char *openstack_network_data(const struct configdrive *drive)
{
	const struct configdrive_address *address = drive->address;
	char mac_text[MAC_TEXT_MAX];
	uint8_t mac[MAC_SIZE];
	json_object *data, *link, *network, *services;

	if (!drive->hwaddr || mac_parse(drive->hwaddr, mac, NULL) < 0)
		return NULL;
	data = json_object_new_object();
	link = item(member(data, "links", json_object_new_array()),
		    json_object_new_object());
	text(link, "id", LINK);
	text(link, "type", "phy");
	text(link, "ethernet_mac_address", mac_format(mac, mac_text));
	network = item(member(data, "networks", json_object_new_array()),
		       json_object_new_object());
	text(network, "id", "network0");
	text(network, "link", LINK);
	if (address)
		address_add(network, address);
	else
		text(network, "type", "ipv4_dhcp");
	services = member(data, "services", json_object_new_array());
	for (size_t i = 0; address && i < address->dns_count; i++) {
		json_object *service = item(services, json_object_new_object());

		text(service, "type", "dns");
		text(service, "address", address->dns[i]);
	}
	return document(data);
}
