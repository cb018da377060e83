/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads BRIDGE.macs: the machines that libvirt has connected to a bridge. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "leases/json_reader.h"
#include "leases/macs_file.h"

static bool value_is(const struct json_value *value, const char *text)
{
	return value->type == JSON_STRING && value->size == strlen(text) &&
	       !memcmp(value->text, text, value->size);
}

/* Starts after the colon. */
static int macs_read(struct json_reader *reader, struct machine *machine,
		     struct error *error)
{
	if (!json_reader_take(reader, '['))
		return error_set(error, "macs: not a list");
	if (json_reader_take(reader, ']'))
		return 0;
	do {
		CLEANUP(buf_free) struct buf text = {0};
		struct json_value value;
		struct machine_nic nic = {0};

		if (!json_reader_value(reader, &value) || !json_value_text(&value, &text))
			return error_set(error, "macs: not a text");
		if (mac_parse(buf_text(&text), nic.mac, error) < 0)
			return error_context(error, "macs");
		*array_add(&machine->nics) = nic;
	} while (json_reader_take(reader, ','));
	if (!json_reader_take(reader, ']'))
		return error_set(error, "macs: not a list");
	return 0;
}

static int name_read(struct json_reader *reader, struct machine *machine,
		     struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct json_value value;

	if (!json_reader_value(reader, &value) || value.type != JSON_STRING ||
	    !json_value_text(&value, &text) || !text.size)
		return error_set(error, "domain: not a text");
	free(machine->name);
	machine->name = buf_take(&text);
	return 0;
}

/* Starts after `{`. */
static int entry_read(struct json_reader *reader, struct machine *machine,
		      struct error *error)
{
	if (json_reader_take(reader, '}'))
		return error_set(error, "domain is missing");
	do {
		struct json_value name, value;

		if (!json_reader_value(reader, &name) || !json_reader_take(reader, ':'))
			return error_set(error, "not a JSON object");
		if (value_is(&name, "domain")) {
			if (name_read(reader, machine, error) < 0)
				return -1;
		} else if (value_is(&name, "macs")) {
			if (macs_read(reader, machine, error) < 0)
				return -1;
		} else if (!json_reader_value(reader, &value)) {
			return error_set(error, "not a JSON object");
		}
	} while (json_reader_take(reader, ','));
	if (!json_reader_take(reader, '}'))
		return error_set(error, "not a JSON object");
	return machine->name ? 0 : error_set(error, "domain is missing");
}

static void machine_add(struct machine *read, const char *bridge,
			struct machine_list *machines)
{
	array_foreach(nic, &read->nics)
		nic->bridge = mem_string(bridge);
	read->active = true;
	*array_add(machines) = *read;
	*read = (struct machine){0};
}

int macs_file_parse(const char *text, size_t size, const char *bridge,
		    struct machine_list *machines, struct error_list *problems,
		    struct error *error)
{
	struct json_reader reader = {.at = text, .end = text + size};
	size_t number = 0;

	if (!json_reader_more(&reader))
		return 0;
	if (!json_reader_take(&reader, '['))
		return error_set(error, "not a list of machines");
	while (json_reader_more(&reader)) {
		CLEANUP(machine_free) struct machine machine = {0};
		struct error problem = {0};

		if (json_reader_take(&reader, ',') || json_reader_take(&reader, ']'))
			continue;
		number++;
		if (!json_reader_take(&reader, '{'))
			error_set(&problem, "not a JSON object");
		else if (entry_read(&reader, &machine, &problem) == 0)
			machine_add(&machine, bridge, machines);
		if (problem.message) {
			error_context(&problem, "entry %zu", number);
			error_list_take(problems, &problem);
			json_reader_resume(&reader);
		}
	}
	return 0;
}
