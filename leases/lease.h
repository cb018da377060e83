/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lease: one address of one NIC, from any source. */
#ifndef LEASES_LEASE_H
#define LEASES_LEASE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "common/error.h"
#include "leases/mac.h"

struct lease_address {
	sa_family_t family; /* AF_INET or AF_INET6; AF_UNSPEC: no address */
	union {
		struct in_addr v4;
		struct in6_addr v6;
		uint8_t bytes[16]; /* the same, in network order */
	};
};

/* A client-id (the whole DHCP option 61) or a DUID (RFC 8415, section 11). */
struct lease_id {
	uint8_t *bytes; /* owned; NULL when there is none */
	size_t size;
};

enum {
	LEASE_ID_MAX =
		255, /* bytes, as many as a DHCP option has; a DUID has up to 130 */
	LEASE_ID_TEXT_MAX = 3 * LEASE_ID_MAX + 1,
	LEASE_ADDRESS_TEXT_MAX = INET6_ADDRSTRLEN,
};

enum lease_source {
	LEASE_FROM_STATIC, /* a reservation */
	LEASE_FROM_LEASE,  /* dnsmasq */
	LEASE_FROM_AGENT,
	LEASE_FROM_ARP,
	LEASE_FROM_SCRIPT,
};

/* Texts and ids are owned; an unknown text is NULL. Zeroed, nothing is known. */
struct lease {
	char *machine;
	char *hostname;
	char *network;
	char *bridge;
	struct lease_address address;
	unsigned int prefix; /* bits; 0: not known */
	bool has_mac;
	bool mac_guessed; /* from the DUID, which may have the MAC of another NIC */
	uint8_t mac[MAC_SIZE];
	struct lease_id client_id;   /* v4: the client-id; v6: the client's DUID */
	struct lease_id server_duid; /* v6 only */
	bool has_iaid;
	bool temporary; /* v6: an IA_TA (RFC 8415, section 21.5) */
	uint32_t iaid;
	bool has_expiry;    /* only leases have one, not other sources */
	uint64_t expires_s; /* seconds since 1970; 0: never */
	enum lease_source source;
};

/* For array_add() and array_foreach(). Zeroed, it is empty. */
struct lease_list {
	struct lease *items;
	size_t count;
	size_t capacity;
};

/* Frees what the lease owns and zeroes it. */
void lease_free(struct lease *lease);
void lease_list_free(struct lease_list *list);
/* Appends a copy with its own texts and ids. */
void lease_list_copy(struct lease_list *list, const struct lease *lease);

/*
 * Whether both are the same entry of a lease file: address, MAC, client-id and IAID are
 * equal. Expiry and host name may differ, since a renewed lease is still the same one.
 */
bool lease_same(const struct lease *a, const struct lease *b);

/* "static", "lease", "agent", "arp", "script". */
const char *lease_source_name(enum lease_source source);

/* Reads a numeric IPv4 or IPv6 address. On failure `address` is unchanged. */
int lease_address_parse(const char *text, struct lease_address *address,
			struct error *error);
const char *lease_address_format(const struct lease_address *address,
				 char text[static LEASE_ADDRESS_TEXT_MAX]);
struct lease_address lease_address_v4(struct in_addr address);
bool lease_address_equal(const struct lease_address *a, const struct lease_address *b);
/* Whether both have the same family and the same first `prefix` bits. */
bool lease_address_shares(const struct lease_address *a, const struct lease_address *b,
			  unsigned int prefix);

/*
 * Reads "01:52:54:00", in upper or lower case, at most LEASE_ID_MAX bytes. On success the
 * caller owns id->bytes; on failure `id` is unchanged.
 */
int lease_id_parse(const char *text, struct lease_id *id, struct error *error);
/* Writes colon-separated lower-case hexadecimal into `text` and returns it; "" for no id.
 */
const char *lease_id_format(const struct lease_id *id,
			    char text[static LEASE_ID_TEXT_MAX]);
/* A copy that owns its bytes. */
struct lease_id lease_id_copy(const struct lease_id *id);
bool lease_id_equal(const struct lease_id *a, const struct lease_id *b);
/*
 * Reads the Ethernet address in a DUID of type 1 or 3 (RFC 8415, sections 11.2 and 11.4):
 * that of a NIC which the client had when it generated the DUID. -1 for other DUIDs.
 */
int lease_id_mac(const struct lease_id *duid, uint8_t mac[static MAC_SIZE]);

/*
 * Sets iaid and temporary from dnsmasq's format: an unsigned 32-bit decimal number, after
 * a "T" for a temporary association. On failure the lease is unchanged.
 */
int lease_iaid_parse(const char *text, struct lease *lease, struct error *error);
enum { LEASE_IAID_TEXT_MAX = 12 };
/* Writes the same format into `text` and returns it; "" for no IAID. */
const char *lease_iaid_format(const struct lease *lease,
			      char text[static LEASE_IAID_TEXT_MAX]);

#endif
