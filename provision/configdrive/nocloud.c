/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a NoCloud drive, as YAML. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "leases/mac.h"
#include "provision/configdrive/drive_check.h"
#include "provision/configdrive/nocloud.h"

/* Adds `before` (indentation, key, colon, space), the quoted value and a newline. */
static void line(struct buf *yaml, const char *before, const char *value, size_t length)
{
	buf_add_string(yaml, before);
	text_add_json(yaml, value, length);
	buf_add_char(yaml, '\n');
}

static void text(struct buf *yaml, const char *before, const char *value)
{
	line(yaml, before, value, strlen(value));
}

char *nocloud_meta_data(const struct configdrive *drive)
{
	struct buf yaml = {0};

	text(&yaml, "instance-id: ", drive->instance_id);
	text(&yaml, "local-hostname: ", drive->hostname);
	if (drive->key_count)
		buf_add_string(&yaml, "public-keys:\n");
	for (size_t i = 0; i < drive->key_count; i++) {
		const struct configdrive_key *key = &drive->keys[i];

		buf_add_string(&yaml, "  ");
		text_add_json(&yaml, key->name, strlen(key->name));
		line(&yaml, ": ", key->public_key,
		     configdrive_key_length(key->public_key));
	}
	return buf_take(&yaml);
}

static void address_add(struct buf *yaml, const struct configdrive_address *address)
{
	bool v4 = configdrive_family(address->address) == AF_INET;

	buf_add_string(yaml, "    dhcp4: false\n    addresses:\n");
	buf_format(yaml, "      - \"%s/%u\"\n", address->address, address->prefix);
	if (address->gateway) {
		/* A route, since "gateway4" is deprecated; old versions do not accept
		 * "default" as its destination. */
		buf_add_string(yaml, "    routes:\n");
		text(yaml, "      - to: ", v4 ? "0.0.0.0/0" : "::/0");
		text(yaml, "        via: ", address->gateway);
	}
	if (address->dns_count)
		buf_add_string(yaml, "    nameservers:\n      addresses:\n");
	for (size_t i = 0; i < address->dns_count; i++)
		text(yaml, "        - ", address->dns[i]);
}

char *nocloud_network_config(const struct configdrive *drive)
{
	char mac_text[MAC_TEXT_MAX];
	uint8_t mac[MAC_SIZE];
	struct buf yaml = {0};

	if (!drive->hwaddr || mac_parse(drive->hwaddr, mac, NULL) < 0)
		return NULL;
	buf_add_string(&yaml, "version: 2\nethernets:\n  eth0:\n    match:\n");
	text(&yaml, "      macaddress: ", mac_format(mac, mac_text));
	if (drive->address)
		address_add(&yaml, drive->address);
	else
		buf_add_string(&yaml, "    dhcp4: true\n    dhcp-identifier: mac\n");
	return buf_take(&yaml);
}
