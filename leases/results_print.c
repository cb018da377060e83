/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints results to standard output, in the format of --output. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "leases/inventory.h"
#include "leases/inventory_ansible.h"
#include "leases/leases_output.h"
#include "leases/results_print.h"

const char *const results_formats[] = {"hosts", "ssh-config", "ansible", NULL};

/* In the order of results_formats. */
static void (*const formats_add[])(const struct inventory *, struct buf *) = {
	inventory_add_hosts, inventory_add_ssh_config, inventory_add_ansible};

static int records_print(struct cli *cli, const struct result_refs *results)
{
	struct output *output = leases_output_begin(cli, cli->format, LEASES_PLAIN);

	array_foreach(result, results)
		leases_output(output, NULL, *result);
	return cli_output_end(cli, output, CLI_DONE);
}

static struct inventory inventory_of(const struct cli *cli, const struct query *query,
				     const struct result_refs *results)
{
	const struct inventory_names names = {
		.guests_too = query->options->guest_names,
		.machines = query->machines.items,
		.machines_count = query->machines.count,
	};
	CLEANUP(error_list_free) struct error_list problems = {0};
	struct inventory inventory = inventory_make(results, &names, &problems);

	cli_warnings(cli, &problems);
	return inventory;
}

/* A write error is reported when the program closes standard output. */
int results_print(struct cli *cli, const struct query *query,
		  const struct result_refs *results)
{
	for (size_t i = 0; results_formats[i]; i++) {
		CLEANUP(inventory_free) struct inventory inventory = {0};
		CLEANUP(buf_free) struct buf text = {0};

		if (!cli->format_name || strcmp(cli->format_name, results_formats[i]))
			continue;
		inventory = inventory_of(cli, query, results);
		formats_add[i](&inventory, &text);
		fwrite(buf_text(&text), 1, text.size, stdout);
		return CLI_DONE;
	}
	return records_print(cli, results);
}

int results_print_ansible(const struct cli *cli, const struct query *query,
			  const struct result_refs *results, const char *host)
{
	CLEANUP(inventory_free)
	struct inventory inventory = inventory_of(cli, query, results);
	CLEANUP(buf_free) struct buf text = {0};

	if (host)
		inventory_add_ansible_host(&inventory, host, &text);
	else
		inventory_add_ansible_list(&inventory, &text);
	fwrite(buf_text(&text), 1, text.size, stdout);
	return CLI_DONE;
}
