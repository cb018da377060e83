/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses, IP addresses, client-ids, IAIDs, and which leases are the same. */
#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/lease.h"
#include "tests/unit/tap.h"

static void mac_tests(void)
{
	static const char *const refused[] = {
		"",
		":",
		"52:54:00:0a:0b",
		"52:54:00:0a:0b:0c:0d",
		"52:54:00:0a:0b:",
		"52:54:00:0a:0b:0g",
		"52:54:00:0a:0b:00c",
		"52-54-00-0a-0b-0c",
		" 52:54:00:0a:0b:0c",
		"52:54:00:0a:0b:0c ",
		"5254000a0b0c",
		"52::54:00:0a:0b:0c",
		"web-1",
		"52:54:00:0a:0b:-1",
	};
	CLEANUP(error_free) struct error error = {0};
	uint8_t mac[MAC_SIZE] = {1, 2, 3, 4, 5, 6};
	uint8_t other[MAC_SIZE];
	char text[MAC_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		tap_ok(mac_parse(refused[i], mac, &error) < 0, "\"%s\" is no MAC",
		       refused[i]);
	tap_string(error_text(&error), "not a MAC address: \"52:54:00:0a:0b:-1\"",
		   "says what is no MAC");
	tap_string(mac_format(mac, text), "01:02:03:04:05:06", "and leaves it alone");
	tap_ok(mac_parse("52:54:0:A:0b:Cc", mac, &error) == 0, "any case, one digit");
	tap_string(mac_format(mac, text), "52:54:00:0a:0b:cc", "a MAC as text");
	mac_parse("52:54:00:0A:0B:CC", other, &error);
	tap_ok(mac_equal(mac, other), "MACs are compared as bytes");
	other[5] = 0;
	tap_ok(!mac_equal(mac, other), "another MAC is another");
}

static void address_tests(void)
{
	static const char *const refused[] = {"",   "192.168.1",    "192.168.1.256",
					      "1",  "fe80::1%eth0", "192.168.1.1/24",
					      "::g"};
	static const struct {
		const char *a, *b;
		unsigned int prefix;
		bool shares;
	} prefixes[] = {
		{"192.168.122.7", "192.168.122.1", 24, true},
		{"192.168.123.7", "192.168.122.1", 24, false},
		{"192.168.123.7", "192.168.122.1", 23, true},
		{"192.168.122.7", "192.168.122.1", 32, false},
		{"10.0.0.1", "192.168.122.1", 0, true},
		{"10.0.0.1", "10.0.0.1", 33, false},
		{"2001:db8::1", "2001:db8::2", 64, true},
		{"2001:db8::1", "2001:db8::2", 127, false},
		{"2001:db8::2", "2001:db8::3", 127, true},
		{"::", "0.0.0.0", 0, false},
	};
	struct lease_address a = {0}, b = {0};
	CLEANUP(error_free) struct error error = {0};
	char text[LEASE_ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		tap_ok(lease_address_parse(refused[i], &a, &error) < 0,
		       "\"%s\" is no address", refused[i]);
	tap_string(lease_address_format(&a, text), "", "no address as text");
	for (size_t i = 0; i < ARRAY_LENGTH(prefixes); i++) {
		lease_address_parse(prefixes[i].a, &a, &error);
		lease_address_parse(prefixes[i].b, &b, &error);
		tap_ok(lease_address_shares(&a, &b, prefixes[i].prefix) ==
			       prefixes[i].shares,
		       "%s and %s in one /%u: %d", prefixes[i].a, prefixes[i].b,
		       prefixes[i].prefix, prefixes[i].shares);
	}
	lease_address_parse("2001:DB8:0::1", &a, &error);
	tap_string(lease_address_format(&a, text), "2001:db8::1", "v6 as text");
	lease_address_parse("2001:db8::1", &b, &error);
	tap_ok(lease_address_equal(&a, &b), "one address in two spellings");
	lease_address_parse("10.1.2.3", &a, &error);
	tap_string(lease_address_format(&a, text), "10.1.2.3", "v4 as text");
	tap_ok(!lease_address_equal(&a, &b), "of two families");
}

static void id_refuses(const char *text)
{
	struct lease_id id = {0};

	tap_ok(lease_id_parse(text, &id, NULL) < 0 && !id.bytes, "\"%s\" is no id", text);
}

static void id_tests(void)
{
	static const uint8_t bytes[] = {0xff, 0xb5, 0x00, 0x01};
	struct lease_id id = {0};
	CLEANUP(buf_free) struct buf longest = {0};
	char text[LEASE_ID_TEXT_MAX];

	id_refuses("");
	id_refuses("*");
	id_refuses("f");
	id_refuses("ff:");
	id_refuses("ff:b");
	id_refuses("ffb5");
	id_refuses("ff:b5 ");
	tap_ok(lease_id_parse("FF:b5:00:01", &id, NULL) == 0, "an id");
	tap_bytes(id.bytes, id.size, bytes, sizeof(bytes), "its bytes");
	tap_string(lease_id_format(&id, text), "ff:b5:00:01", "as text");
	free(id.bytes);
	id = (struct lease_id){0};
	for (int i = 0; i < LEASE_ID_MAX; i++)
		buf_add_string(&longest, i ? ":5a" : "5a");
	tap_ok(lease_id_parse(buf_text(&longest), &id, NULL) == 0, "the longest id");
	tap_string(lease_id_format(&id, text), buf_text(&longest), "as text");
	free(id.bytes);
	buf_add_string(&longest, ":5a");
	id_refuses(buf_text(&longest));
}

static void iaid_tests(void)
{
	struct lease lease = {0};
	char text[LEASE_IAID_TEXT_MAX];

	tap_string(lease_iaid_format(&lease, text), "", "no IAID");
	tap_ok(lease_iaid_parse("4294967296", &lease, NULL) < 0, "33 bits are refused");
	tap_ok(lease_iaid_parse("-1", &lease, NULL) < 0, "a sign is refused");
	tap_ok(lease_iaid_parse("T", &lease, NULL) < 0, "no number is refused");
	tap_ok(!lease.has_iaid, "and the lease is left alone");
	tap_ok(lease_iaid_parse("4294967295", &lease, NULL) == 0, "the largest IAID");
	tap_ok(lease.iaid == UINT32_MAX && !lease.temporary, "is unsigned 32 bits");
	tap_ok(lease_iaid_parse("T4294967295", &lease, NULL) == 0 && lease.temporary,
	       "a temporary one");
	tap_string(lease_iaid_format(&lease, text), "T4294967295", "as text");
}

static void same_tests(void)
{
	struct lease_list list = {0};
	struct lease *lease = array_add(&list);

	lease_address_parse("10.0.0.2", &lease->address, NULL);
	mac_parse("52:54:00:00:00:01", lease->mac, NULL);
	lease->has_mac = true;
	lease->hostname = mem_string("web-1");
	lease_id_parse("01:02", &lease->client_id, NULL);
	lease_list_copy(&list, &list.items[0]);
	lease = &list.items[1];
	tap_ok(lease_same(&list.items[0], lease), "a copy is the same lease");
	tap_string(lease->hostname, "web-1", "with its own text");
	tap_ok(lease->hostname != list.items[0].hostname, "that is not shared");
	lease->expires_s = 99;
	tap_ok(lease_same(&list.items[0], lease), "a renewed lease is the same");
	lease->client_id.bytes[0] = 2;
	tap_ok(!lease_same(&list.items[0], lease), "another client-id is another lease");
	lease->client_id.bytes[0] = 1;
	lease->mac[5] = 2;
	tap_ok(!lease_same(&list.items[0], lease), "another MAC is another lease");
	lease->mac[5] = 1;
	lease->has_iaid = true;
	tap_ok(!lease_same(&list.items[0], lease), "another IAID is another lease");
	lease_list_free(&list);
	tap_number(list.count, 0, "a freed list is empty");
}

int main(void)
{
	mac_tests();
	address_tests();
	id_tests();
	iaid_tests();
	same_tests();
	return tap_done();
}
