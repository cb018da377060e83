/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lease: one address of one NIC, from any source. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/num.h"
#include "common/text.h"
#include "leases/lease.h"

void lease_free(struct lease *lease)
{
	if (!lease)
		return;
	free(lease->machine);
	free(lease->hostname);
	free(lease->network);
	free(lease->bridge);
	free(lease->client_id.bytes);
	free(lease->server_duid.bytes);
	*lease = (struct lease){0};
}

void lease_list_free(struct lease_list *list)
{
	if (!list)
		return;
	array_foreach(lease, list)
		lease_free(lease);
	free(list->items);
	*list = (struct lease_list){0};
}

void lease_list_copy(struct lease_list *list, const struct lease *lease)
{
	struct lease *copy = array_add(list);

	*copy = *lease;
	copy->machine = mem_string(lease->machine);
	copy->hostname = mem_string(lease->hostname);
	copy->network = mem_string(lease->network);
	copy->bridge = mem_string(lease->bridge);
	copy->client_id = lease_id_copy(&lease->client_id);
	copy->server_duid = lease_id_copy(&lease->server_duid);
}

bool lease_same(const struct lease *a, const struct lease *b)
{
	return lease_address_equal(&a->address, &b->address) &&
	       a->has_mac == b->has_mac && (!a->has_mac || mac_equal(a->mac, b->mac)) &&
	       lease_id_equal(&a->client_id, &b->client_id) &&
	       a->has_iaid == b->has_iaid && a->iaid == b->iaid &&
	       a->temporary == b->temporary;
}

const char *lease_source_name(enum lease_source source)
{
	static const char *const names[] = {
		[LEASE_FROM_STATIC] = "static", [LEASE_FROM_LEASE] = "lease",
		[LEASE_FROM_AGENT] = "agent",	[LEASE_FROM_ARP] = "arp",
		[LEASE_FROM_SCRIPT] = "script",
	};

	return names[source];
}

int lease_address_parse(const char *text, struct lease_address *address,
			struct error *error)
{
	struct lease_address parsed = {0};

	if (inet_pton(AF_INET, text, &parsed.v4) == 1)
		parsed.family = AF_INET;
	else if (inet_pton(AF_INET6, text, &parsed.v6) == 1)
		parsed.family = AF_INET6;
	else
		return error_set(error, "not an address: \"%s\"", text);
	*address = parsed;
	return 0;
}

const char *lease_address_format(const struct lease_address *address,
				 char text[static LEASE_ADDRESS_TEXT_MAX])
{
	if (!inet_ntop(address->family, address->bytes, text, LEASE_ADDRESS_TEXT_MAX))
		text[0] = '\0';
	return text;
}

static unsigned int address_bits(const struct lease_address *address)
{
	return address->family == AF_INET ? 32 : address->family == AF_INET6 ? 128 : 0;
}

struct lease_address lease_address_v4(struct in_addr address)
{
	return (struct lease_address){.family = AF_INET, .v4 = address};
}

bool lease_address_equal(const struct lease_address *a, const struct lease_address *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, address_bits(a) / 8);
}

bool lease_address_shares(const struct lease_address *a, const struct lease_address *b,
			  unsigned int prefix)
{
	const uint8_t *x = a->bytes, *y = b->bytes;
	unsigned int bytes = prefix / 8, bits = prefix % 8;

	if (a->family != b->family || prefix > address_bits(a))
		return false;
	if (memcmp(x, y, bytes))
		return false;
	return !bits || (x[bytes] ^ y[bytes]) >> (8 - bits) == 0;
}

int lease_id_parse(const char *text, struct lease_id *id, struct error *error)
{
	uint8_t bytes[LEASE_ID_MAX];
	size_t size = 0;

	for (const char *at = text;; at += 3) {
		int high = text_hex_digit(at[0]);
		int low = high < 0 ? -1 : text_hex_digit(at[1]);

		if (low < 0 || size == sizeof(bytes))
			break;
		bytes[size++] = (uint8_t)(high << 4 | low);
		if (!at[2]) {
			id->bytes = mem_copy(bytes, size);
			id->size = size;
			return 0;
		}
		if (at[2] != ':')
			break;
	}
	return error_set(error, "not a client-id or DUID: \"%s\"", text);
}

const char *lease_id_format(const struct lease_id *id,
			    char text[static LEASE_ID_TEXT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	char *at = text;

	for (size_t i = 0; i < id->size && i < LEASE_ID_MAX; i++) {
		if (i)
			*at++ = ':';
		*at++ = digits[id->bytes[i] >> 4];
		*at++ = digits[id->bytes[i] & 0xf];
	}
	*at = '\0';
	return text;
}

struct lease_id lease_id_copy(const struct lease_id *id)
{
	struct lease_id copy = {0};

	if (id->bytes) {
		copy.bytes = mem_copy(id->bytes, id->size);
		copy.size = id->size;
	}
	return copy;
}

bool lease_id_equal(const struct lease_id *a, const struct lease_id *b)
{
	return a->size == b->size && (!a->size || !memcmp(a->bytes, b->bytes, a->size));
}

int lease_id_mac(const struct lease_id *duid, uint8_t mac[static MAC_SIZE])
{
	enum { LINK_LAYER_TIME = 1, LINK_LAYER = 3, ETHERNET = 1 };
	const uint8_t *bytes = duid->bytes;
	size_t size = duid->size, at;

	if (size < 4 || bytes[0] || bytes[2] || bytes[3] != ETHERNET)
		return -1;
	at = bytes[1] == LINK_LAYER_TIME ? 8 : bytes[1] == LINK_LAYER ? 4 : size;
	if (size != at + MAC_SIZE)
		return -1;
	memcpy(mac, bytes + at, MAC_SIZE);
	return 0;
}

int lease_iaid_parse(const char *text, struct lease *lease, struct error *error)
{
	bool temporary = *text == 'T';
	uint64_t iaid;

	if (num_parse(text + temporary, 0, UINT32_MAX, &iaid, error) < 0)
		return -1;
	lease->has_iaid = true;
	lease->temporary = temporary;
	lease->iaid = (uint32_t)iaid;
	return 0;
}

const char *lease_iaid_format(const struct lease *lease,
			      char text[static LEASE_IAID_TEXT_MAX])
{
	text[0] = '\0';
	if (lease->has_iaid)
		snprintf(text, LEASE_IAID_TEXT_MAX, "%s%" PRIu32,
			 lease->temporary ? "T" : "", lease->iaid);
	return text;
}
