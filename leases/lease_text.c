/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads dnsmasq's own lease file, which has a line for each lease. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "leases/lease_text.h"
#include "leases/line_reader.h"

enum { LINE_MAX_SIZE = 2048, FIELD_COUNT = 5 };

/* Another hardware type, "TYPE-...", has no Ethernet address, which is not an error. */
static int mac_read(const char *text, struct lease *lease, struct error *error)
{
	if (strlen(text) > 2 && text[2] == '-')
		return 0;
	if (mac_parse(text, lease->mac, error) < 0)
		return -1;
	lease->has_mac = true;
	return 0;
}

static int lease_read(char *const *fields, const struct lease_id *server_duid,
		      struct lease *lease, struct error *error)
{
	if (num_parse(fields[0], 0, INT64_MAX, &lease->expires_s, error) < 0 ||
	    lease_address_parse(fields[2], &lease->address, error) < 0)
		return -1;
	if (strcmp(fields[4], "*") &&
	    lease_id_parse(fields[4], &lease->client_id, error) < 0)
		return -1;
	if (lease->address.family == AF_INET) {
		if (mac_read(fields[1], lease, error) < 0)
			return -1;
	} else {
		if (lease_iaid_parse(fields[1], lease, error) < 0)
			return -1;
		lease->mac_guessed = !lease_id_mac(&lease->client_id, lease->mac);
		lease->has_mac = lease->mac_guessed;
		lease->server_duid = lease_id_copy(server_duid);
	}
	lease->has_expiry = true;
	lease->hostname = strcmp(fields[3], "*") ? mem_string(fields[3]) : NULL;
	lease->source = LEASE_FROM_LEASE;
	return 0;
}

/* Splits at spaces; returns the number of fields, at most FIELD_COUNT + 1. */
static size_t fields_split(char *line, char *fields[static FIELD_COUNT + 1])
{
	size_t count = 0;
	char *rest = line;

	while (count <= FIELD_COUNT && (fields[count] = strtok_r(rest, " \t\r", &rest)))
		count++;
	return count;
}

static int line_parse(char *line, struct lease_list *leases, struct lease_id *server_duid,
		      struct error *error)
{
	CLEANUP(lease_free) struct lease lease = {0};
	char *fields[FIELD_COUNT + 1];
	size_t count = fields_split(line, fields);

	if (!count)
		return 0;
	if (count == 2 && !strcmp(fields[0], "duid")) {
		free(server_duid->bytes);
		*server_duid = (struct lease_id){0};
		return lease_id_parse(fields[1], server_duid, error);
	}
	if (count != FIELD_COUNT)
		return error_set(error, "not a lease");
	if (lease_read(fields, server_duid, &lease, error) < 0)
		return -1;
	*array_add(leases) = lease;
	lease = (struct lease){0};
	return 0;
}

void lease_text_parse(const char *text, size_t size, struct lease_list *leases,
		      struct error_list *problems)
{
	struct line_reader reader = line_reader_start(text, size);
	struct lease_id server_duid = {0};
	char line[LINE_MAX_SIZE];

	while (line_reader_next(&reader, line, sizeof(line))) {
		struct error error = {0};

		if (reader.invalid)
			error_set(&error, "too long, or no text");
		if (reader.invalid ||
		    line_parse(line, leases, &server_duid, &error) < 0) {
			error_context(&error, "line %zu", reader.number);
			error_list_take(problems, &error);
		}
	}
	free(server_duid.bytes);
}
