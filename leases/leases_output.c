/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints results as records: the columns of all verbs. */
#define _GNU_SOURCE
#include <time.h>

#include "common/mem.h"
#include "leases/leases_output.h"

static const struct lease *lease_of(const void *record)
{
	return &((const struct leases_row *)record)->result->lease;
}

/* Formats a value into `scratch`, which has `max` bytes. */
static char *scratch(struct output_value *value, size_t max)
{
	buf_clear(&value->scratch);
	return buf_room(&value->scratch, max);
}

static void detail_get(const void *record, struct output_value *value)
{
	output_text(value, ((const struct leases_row *)record)->detail);
}

static void fix_get(const void *record, struct output_value *value)
{
	output_text(value, ((const struct leases_row *)record)->fix);
}

static void event_get(const void *record, struct output_value *value)
{
	output_text(value, ((const struct leases_row *)record)->event);
}

static void machine_get(const void *record, struct output_value *value)
{
	output_text(value, lease_of(record)->machine);
}

static void hostname_get(const void *record, struct output_value *value)
{
	output_text(value, lease_of(record)->hostname);
}

static void mac_get(const void *record, struct output_value *value)
{
	const struct lease *lease = lease_of(record);

	if (lease->has_mac)
		output_text(value, mac_format(lease->mac, scratch(value, MAC_TEXT_MAX)));
}

static void address_get(const void *record, struct output_value *value)
{
	if (lease_of(record)->address.family)
		output_text(value,
			    lease_address_format(&lease_of(record)->address,
						 scratch(value, LEASE_ADDRESS_TEXT_MAX)));
}

static void prefix_get(const void *record, struct output_value *value)
{
	if (lease_of(record)->prefix)
		output_number(value, lease_of(record)->prefix);
}

static void family_get(const void *record, struct output_value *value)
{
	output_text(value, lease_of(record)->address.family == AF_INET ? "ipv4" : "ipv6");
}

static void network_get(const void *record, struct output_value *value)
{
	output_text(value, lease_of(record)->network);
}

static void bridge_get(const void *record, struct output_value *value)
{
	output_text(value, lease_of(record)->bridge);
}

static void client_id_get(const void *record, struct output_value *value)
{
	const struct lease *lease = lease_of(record);

	if (lease->client_id.size)
		output_text(value, lease_id_format(&lease->client_id,
						   scratch(value, LEASE_ID_TEXT_MAX)));
}

static void iaid_get(const void *record, struct output_value *value)
{
	const struct lease *lease = lease_of(record);

	if (lease->has_iaid)
		output_text(value, lease_iaid_format(
					   lease, scratch(value, LEASE_IAID_TEXT_MAX)));
}

static void expires_get(const void *record, struct output_value *value)
{
	enum { RFC3339_MAX = 64 };
	time_t seconds = (time_t)lease_of(record)->expires_s;
	struct tm parts;
	char *text;

	if (!seconds || !gmtime_r(&seconds, &parts))
		return;
	text = scratch(value, RFC3339_MAX);
	if (strftime(text, RFC3339_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts))
		output_text(value, text);
}

static void source_get(const void *record, struct output_value *value)
{
	if (lease_of(record)->address.family)
		output_text(value, lease_source_name(lease_of(record)->source));
}

static void hypervisor_get(const void *record, struct output_value *value)
{
	output_text(value, ((const struct leases_row *)record)->result->hypervisor);
}

static void disagrees_get(const void *record, struct output_value *value)
{
	output_text(value, ((const struct leases_row *)record)->result->disagrees);
}

/* clang-format off */
#define LEASE_COLUMNS                                                \
	{"Machine", "MACHINE", 0, machine_get},                      \
	{"Hostname", "HOSTNAME", 0, hostname_get},                   \
	{"HWAddr", "MAC", 0, mac_get},                               \
	{"Address", "ADDRESS", 0, address_get},                      \
	{"Prefix", "PREFIX", OUTPUT_JSON_ONLY, prefix_get},          \
	{"Family", "FAMILY", OUTPUT_JSON_ONLY, family_get},          \
	{"Network", "NETWORK", 0, network_get},                      \
	{"Bridge", "BRIDGE", OUTPUT_JSON_ONLY, bridge_get},          \
	{"ClientId", "CLIENT-ID", 0, client_id_get},                 \
	{"Iaid", "IAID", OUTPUT_JSON_ONLY, iaid_get},                \
	{"Expires", "EXPIRES", 0, expires_get},                      \
	{"Source", "SOURCE", 0, source_get}
#define HYPERVISOR_COLUMN                                            \
	{"Hypervisor", "HYPERVISOR", 0, hypervisor_get}
#define DISAGREES_COLUMN                                             \
	{"Disagrees", "DISAGREES", 0, disagrees_get}
#define EVENT_COLUMN                                                 \
	{"Event", "EVENT", 0, event_get}
#define FINDING_COLUMN                                               \
	{"Finding", "FINDING", 0, event_get}
#define DETAIL_COLUMNS                                               \
	{"Detail", "DETAIL", 0, detail_get},                         \
	{"Fix", "FIX", 0, fix_get}
/* clang-format on */

static const struct output_column plain[] = {LEASE_COLUMNS, HYPERVISOR_COLUMN,
					     DISAGREES_COLUMN};
static const struct output_column plain_of_one[] = {LEASE_COLUMNS, DISAGREES_COLUMN};
static const struct output_column events[] = {EVENT_COLUMN, LEASE_COLUMNS,
					      HYPERVISOR_COLUMN};
static const struct output_column events_of_one[] = {EVENT_COLUMN, LEASE_COLUMNS};
static const struct output_column findings[] = {FINDING_COLUMN, LEASE_COLUMNS,
						HYPERVISOR_COLUMN, DETAIL_COLUMNS};
static const struct output_column findings_of_one[] = {FINDING_COLUMN, LEASE_COLUMNS,
						       DETAIL_COLUMNS};

struct output *leases_output_begin(const struct cli *cli, enum output_format format,
				   enum leases_columns which)
{
	static const struct {
		const struct output_column *columns;
		size_t count;
	} tables[][2] = {
		[LEASES_PLAIN] = {{plain, ARRAY_LENGTH(plain)},
				  {plain_of_one, ARRAY_LENGTH(plain_of_one)}},
		[LEASES_EVENTS] = {{events, ARRAY_LENGTH(events)},
				   {events_of_one, ARRAY_LENGTH(events_of_one)}},
		[LEASES_FINDINGS] = {{findings, ARRAY_LENGTH(findings)},
				     {findings_of_one, ARRAY_LENGTH(findings_of_one)}},
	};
	bool of_one = format == OUTPUT_TABLE && cli->uris.count < 2;

	return output_begin(stdout, format, tables[which][of_one].columns,
			    tables[which][of_one].count, cli->header);
}

void leases_output(struct output *output, const char *event, const struct result *result)
{
	struct leases_row row = {.event = event, .result = result};

	output_record(output, &row);
}
