/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that several verbs of vmango-leases share. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/lines.h"
#include "leases/query_options.h"

enum { NAMES_SIZE_MAX = 16 * 1024 * 1024 };

void query_options_start(struct query_options *options)
{
	*options = (struct query_options){.order = source_order_default()};
}

void query_options_free(struct query_options *options)
{
	array_foreach(name, &options->names)
		free(*name);
	free(options->names.items);
	address_filter_free(&options->filter);
	*options = (struct query_options){0};
}

/* A failure is a usage error, such as "--cidr: not an address: ...". */
static void value_check(struct cli *cli, const char *option, int status,
			struct error *error)
{
	if (status < 0)
		cli_usage(cli, "%s: %s", option, error_text(error));
}

bool query_option_take(struct query_options *options, struct cli *cli, int code)
{
	struct error error = {0};

	switch (code) {
	case QUERY_DIR:
		options->directory = cli->value;
		return true;
	case QUERY_SOURCE:
		value_check(cli, "--source",
			    source_order_parse(cli->value, &options->order, &error),
			    &error);
		return true;
	case QUERY_SCRIPT:
		options->script = cli->value;
		return true;
	case QUERY_NETWORK:
		options->filter.network = cli->value;
		return true;
	case QUERY_CIDR:
		value_check(
			cli, "--cidr",
			address_filter_add_block(&options->filter, cli->value, &error),
			&error);
		return true;
	case QUERY_GUEST_NAMES:
		options->guest_names = true;
		return true;
	case QUERY_ALL:
		options->filter.link_local = true;
		return true;
	case '4':
		options->filter.family = AF_INET;
		return true;
	case '6':
		options->filter.family = AF_INET6;
		return true;
	default:
		return false;
	}
}

static void names_read(struct query_options *options, struct cli *cli)
{
	CLEANUP(lines_free) struct lines lines = {.fd = STDIN_FILENO};
	struct error error = {0};
	size_t length, total = 0;
	char *name;
	int got;

	while ((got = lines_next_name(&lines, &name, &length, &error)) > 0) {
		total += length;
		if (total > NAMES_SIZE_MAX)
			got = error_set(&error, "larger than %d bytes", NAMES_SIZE_MAX);
		if (got < 0)
			break;
		if (length)
			*array_add(&options->names) = mem_string(name);
	}
	if (got < 0) {
		cli_error(cli, "standard input: %s", error_text(&error));
		exit(CLI_SYSTEM);
	}
}

void query_options_add_operands(struct query_options *options, struct cli *cli)
{
	for (int i = 0; i < cli->operand_count; i++) {
		if (!strcmp(cli->operands[i], "-"))
			names_read(options, cli);
		else
			*array_add(&options->names) = mem_string(cli->operands[i]);
	}
}

void query_options_check(const struct query_options *options, struct cli *cli)
{
	if (options->directory && cli->uris.count)
		cli_usage(
			cli,
			"--connect has no effect with --dir, which does not ask libvirt");
}
