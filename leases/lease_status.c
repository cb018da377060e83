/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads BRIDGE.status, which libvirt_leaseshelper writes: the leases of a network. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "leases/json_reader.h"
#include "leases/lease_status.h"

struct field {
	const char *name;
	size_t length; /* of the name */
	/* Sets a part of the lease from the member's text. */
	int (*set)(struct lease *lease, const char *text, struct error *error);
};

static int address_set(struct lease *lease, const char *text, struct error *error)
{
	return lease_address_parse(text, &lease->address, error);
}

static int mac_set(struct lease *lease, const char *text, struct error *error)
{
	if (mac_parse(text, lease->mac, error) < 0)
		return -1;
	lease->has_mac = true;
	return 0;
}

static int expiry_set(struct lease *lease, const char *text, struct error *error)
{
	if (num_parse(text, 0, INT64_MAX, &lease->expires_s, error) < 0)
		return -1;
	lease->has_expiry = true;
	return 0;
}

static int hostname_set(struct lease *lease, const char *text, struct error *error)
{
	(void)error;
	lease->hostname = *text ? mem_string(text) : NULL;
	return 0;
}

static int client_id_set(struct lease *lease, const char *text, struct error *error)
{
	return lease_id_parse(text, &lease->client_id, error);
}

static int server_duid_set(struct lease *lease, const char *text, struct error *error)
{
	return lease_id_parse(text, &lease->server_duid, error);
}

static int iaid_set(struct lease *lease, const char *text, struct error *error)
{
	return lease_iaid_parse(text, lease, error);
}

#define FIELD(name, set)                    \
	{                                   \
		name, sizeof(name) - 1, set \
	}
static const struct field fields[] = {
	FIELD("ip-address", address_set),      FIELD("mac-address", mac_set),
	FIELD("expiry-time", expiry_set),      FIELD("hostname", hostname_set),
	FIELD("client-id", client_id_set),     FIELD("iaid", iaid_set),
	FIELD("server-duid", server_duid_set),
};

/* Reads the members after `{`; stores each value, undecoded, at the index of its field.
 */
static int members_read(struct json_reader *reader, struct json_value *values,
			struct error *error)
{
	struct json_value name, value;

	if (json_reader_take(reader, '}'))
		return 0;
	do {
		if (!json_reader_value(reader, &name) || name.type != JSON_STRING ||
		    !json_reader_take(reader, ':') || !json_reader_value(reader, &value))
			return error_set(error, "not a JSON object");
		for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
			if (fields[i].length == name.size &&
			    !memcmp(fields[i].name, name.text, name.size))
				values[i] = value;
		}
	} while (json_reader_take(reader, ','));
	if (!json_reader_take(reader, '}'))
		return error_set(error, "not a JSON object");
	return 0;
}

static int lease_fill(struct lease *lease, const struct json_value *values,
		      struct buf *text, struct error *error)
{
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
		if (values[i].type == JSON_NOTHING)
			continue;
		buf_clear(text);
		if (!json_value_text(&values[i], text))
			return error_set(error, "%s: not a text", fields[i].name);
		if (fields[i].set(lease, buf_text(text), error) < 0)
			return error_context(error, "%s", fields[i].name);
	}
	if (!lease->address.family)
		return error_set(error, "ip-address is missing");
	if (!lease->has_mac)
		return error_set(error, "mac-address is missing");
	if (!lease->has_expiry)
		return error_set(error, "expiry-time is missing");
	lease->source = LEASE_FROM_LEASE;
	return 0;
}

/* Starts after `{`. On failure skips to where the next entry may begin. */
static int entry_read(struct json_reader *reader, struct lease_list *leases,
		      struct buf *text, struct error *error)
{
	struct json_value values[ARRAY_LENGTH(fields)] = {0};
	CLEANUP(lease_free) struct lease lease = {0};
	const char *start = reader->at;

	if (members_read(reader, values, error) < 0) {
		reader->at = start;
		json_reader_resume(reader);
		return -1;
	}
	if (lease_fill(&lease, values, text, error) < 0)
		return -1;
	*array_add(leases) = lease;
	lease = (struct lease){0};
	return 0;
}

/* Starts after `[`. */
static void list_read(struct json_reader *reader, struct lease_list *leases,
		      struct error_list *problems)
{
	CLEANUP(buf_free) struct buf text = {0};
	bool ended = false;
	size_t number = 0;

	while (json_reader_more(reader)) {
		struct error error = {0};

		if (ended) {
			error_list_add(problems, "something follows the list");
			ended = false;
		}
		if (json_reader_take(reader, ',') ||
		    (ended = json_reader_take(reader, ']')))
			continue;
		number++;
		if (!json_reader_take(reader, '{')) {
			error_list_add(problems, "entry %zu: not a JSON object", number);
			json_reader_resume(reader);
		} else if (entry_read(reader, leases, &text, &error) < 0) {
			error_context(&error, "entry %zu", number);
			error_list_take(problems, &error);
		}
	}
	if (!ended)
		error_list_add(problems, "the list has no end");
}

int lease_status_parse(const char *text, size_t size, struct lease_list *leases,
		       struct error_list *problems, struct error *error)
{
	struct json_reader reader = {.at = text, .end = text + size};

	if (!json_reader_more(&reader))
		return 0;
	if (!json_reader_take(&reader, '['))
		return error_set(error, "not a list of leases");
	list_read(&reader, leases, problems);
	return 0;
}
