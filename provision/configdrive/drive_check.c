/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the contents of a config drive. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"
#include "leases/mac.h"
#include "provision/configdrive/drive_check.h"

static bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static int id_check(const char *id, struct error *error)
{
	size_t length = id ? strlen(id) : 0;

	if (length == 0)
		return error_set(error, "instance id: missing");
	if (length > CONFIGDRIVE_ID_MAX)
		return error_set(error, "instance id: longer than %d characters",
				 CONFIGDRIVE_ID_MAX);
	if (!is_word_character(id[0]))
		return error_set(
			error,
			"instance id: \"%s\" does not begin with a letter or digit", id);
	for (size_t i = 0; i < length; i++)
		if (!is_word_character(id[i]) && !strchr(".-_", id[i]))
			return error_set(
				error,
				"instance id: \"%s\" has characters other than letters, "
				"digits, \".\", \"-\" and \"_\"",
				id);
	return 0;
}

static bool label_is_valid(const char *label, size_t length)
{
	if (length == 0 || length > 63 || label[0] == '-' || label[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_word_character(label[i]) && label[i] != '-' && label[i] != '_')
			return false;
	return true;
}

static int hostname_check(const char *name, struct error *error)
{
	if (!name || !*name)
		return error_set(error, "host name: missing");
	if (strlen(name) > CONFIGDRIVE_HOSTNAME_MAX)
		return error_set(error, "host name: longer than %d characters",
				 CONFIGDRIVE_HOSTNAME_MAX);
	for (const char *label = name;; label++) {
		size_t length = strcspn(label, ".");

		if (!label_is_valid(label, length))
			return error_set(error,
					 "host name: \"%s\" is none: letters, digits, "
					 "\"-\" and \"_\", 1 to 63 between dots",
					 name);
		label += length;
		if (!*label)
			return 0;
	}
}

/* Whether JSON, YAML and a line of authorized_keys(5) can all contain the text unchanged:
 * UTF-8 without control characters (C0, DEL, C1), line and paragraph separators, byte
 * order marks and the two non-characters that YAML refuses (YAML 1.2, section 5.1). */
static bool text_is_plain(const char *text, size_t length)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t size; length; p += size, length -= size) {
		size = text_utf8_length((const char *)p, length);
		if (size == 0 || (size == 1 && (*p < 0x20 || *p == 0x7f)))
			return false;
		if (size == 2 && p[0] == 0xc2 && p[1] < 0xa0)
			return false;
		if (size == 3 && p[0] == 0xe2 && p[1] == 0x80 &&
		    (p[2] == 0xa8 || p[2] == 0xa9))
			return false;
		if (size == 3 && p[0] == 0xef &&
		    ((p[1] == 0xbb && p[2] == 0xbf) || (p[1] == 0xbf && p[2] >= 0xbe)))
			return false;
	}
	return true;
}

size_t configdrive_key_length(const char *public_key)
{
	size_t length = strlen(public_key);

	while (length &&
	       (public_key[length - 1] == '\n' || public_key[length - 1] == '\r'))
		length--;
	return length;
}

static int key_check(const struct configdrive_key *key, struct error *error)
{
	size_t name_length = key->name ? strlen(key->name) : 0;
	size_t length = key->public_key ? configdrive_key_length(key->public_key) : 0;

	if (name_length == 0)
		return error_set(error, "no name");
	if (name_length > CONFIGDRIVE_KEY_NAME_MAX)
		return error_set(error, "its name is longer than %d bytes",
				 CONFIGDRIVE_KEY_NAME_MAX);
	if (!text_is_plain(key->name, name_length))
		return error_set(error,
				 "its name has control characters or is not UTF-8");
	if (length == 0)
		return error_set(error, "no public key");
	if (length > CONFIGDRIVE_KEY_MAX)
		return error_set(error, "longer than %d bytes", CONFIGDRIVE_KEY_MAX);
	if (!text_is_plain(key->public_key, length))
		return error_set(error, "not one line of UTF-8");
	return 0;
}

static int keys_check(const struct configdrive *drive, struct error *error)
{
	if (drive->key_count > CONFIGDRIVE_KEYS_MAX)
		return error_set(error, "more than %d SSH keys", CONFIGDRIVE_KEYS_MAX);
	for (size_t i = 0; i < drive->key_count; i++) {
		const struct configdrive_key *key = &drive->keys[i];

		if (key_check(key, error) < 0)
			return error_context(error, "SSH key %zu (%s)", i + 1,
					     key->name ? key->name : "");
		for (size_t j = 0; j < i; j++)
			if (!strcmp(drive->keys[j].name, key->name))
				return error_set(error, "SSH key %zu (%s): given twice",
						 i + 1, key->name);
	}
	return 0;
}

int configdrive_family(const char *address)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, address, bytes) == 1 ? AF_INET6 : 0;
}

static int address_check(const struct configdrive_address *address, struct error *error)
{
	int family = address->address ? configdrive_family(address->address) : 0;
	unsigned int bits = family == AF_INET ? 32 : 128;

	if (!family)
		return error_set(error, "\"%s\" is not an address",
				 address->address ? address->address : "");
	if (address->prefix == 0 || address->prefix > bits)
		return error_set(error, "prefix length %u is not from 1 to %u",
				 address->prefix, bits);
	if (address->gateway && configdrive_family(address->gateway) != family)
		return error_set(error, "gateway \"%s\" is not an %s address",
				 address->gateway, family == AF_INET ? "IPv4" : "IPv6");
	if (address->dns_count > CONFIGDRIVE_DNS_MAX)
		return error_set(error, "more than %d name servers", CONFIGDRIVE_DNS_MAX);
	for (size_t i = 0; i < address->dns_count; i++)
		if (!configdrive_family(address->dns[i]))
			return error_set(error, "name server \"%s\" is not an address",
					 address->dns[i]);
	return 0;
}

int configdrive_check(const struct configdrive *drive, struct error *error)
{
	uint8_t mac[MAC_SIZE];

	if (id_check(drive->instance_id, error) < 0 ||
	    hostname_check(drive->hostname, error) < 0 || keys_check(drive, error) < 0)
		return -1;
	if (drive->hwaddr && mac_parse(drive->hwaddr, mac, error) < 0)
		return error_context(error, "NIC");
	if (drive->address && !drive->hwaddr)
		return error_set(error, "address: the NIC's MAC address is missing");
	if (drive->address && address_check(drive->address, error) < 0)
		return error_context(error, "address");
	if (drive->userdata_size > CONFIGDRIVE_USERDATA_MAX)
		return error_set(error, "user data: larger than %d bytes",
				 CONFIGDRIVE_USERDATA_MAX);
	return 0;
}
