/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command line of vmango-leases asks for, as far as several verbs share it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "leases/query_options.h"

enum { NAMES_SIZE_MAX = 16 * 1024 * 1024 };

void request_start(struct request *request)
{
	*request = (struct request){.order = source_order_default()};
}

void request_free(struct request *request)
{
	array_foreach(name, &request->names)
		free(*name);
	free(request->names.items);
	address_filter_free(&request->filter);
	*request = (struct request){0};
}

/* "--cidr: not an address: ..." */
static void checked(struct cli *cli, const char *option, int status, struct error *error)
{
	if (status < 0)
		cli_usage(cli, "%s: %s", option, error_text(error));
}

bool request_option(struct request *request, struct cli *cli, int code)
{
	struct error error = {0};

	switch (code) {
	case REQUEST_DIR:
		request->directory = cli->value;
		return true;
	case REQUEST_SOURCE:
		checked(cli, "--source",
			source_order_parse(cli->value, &request->order, &error), &error);
		return true;
	case REQUEST_SCRIPT:
		request->script = cli->value;
		return true;
	case REQUEST_NETWORK:
		request->filter.network = cli->value;
		return true;
	case REQUEST_CIDR:
		checked(cli, "--cidr",
			address_filter_add_block(&request->filter, cli->value, &error),
			&error);
		return true;
	case REQUEST_GUEST_NAMES:
		request->guest_names = true;
		return true;
	case REQUEST_ALL:
		request->filter.link_local = true;
		return true;
	case '4':
		request->filter.family = AF_INET;
		return true;
	case '6':
		request->filter.family = AF_INET6;
		return true;
	default:
		return false;
	}
}

static void names_read(struct request *request, struct cli *cli)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct error error = {0};
	char *rest, *line;

	if (file_read_or_stdin("-", NAMES_SIZE_MAX, &text, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		exit(CLI_SYSTEM);
	}
	rest = text.data;
	while ((line = strsep(&rest, "\n"))) {
		line[strcspn(line, "\r")] = '\0';
		if (*line)
			*array_add(&request->names) = mem_string(line);
	}
}

void request_operands(struct request *request, struct cli *cli)
{
	for (int i = 0; i < cli->operand_count; i++) {
		if (!strcmp(cli->operands[i], "-"))
			names_read(request, cli);
		else
			*array_add(&request->names) = mem_string(cli->operands[i]);
	}
}

void request_check(const struct request *request, struct cli *cli)
{
	if (request->directory && cli->uris.count)
		cli_usage(cli, "--dir asks no libvirt, so --connect is no use");
}
