/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers on standard output, in the format that the user asked for. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "leases/inventory.h"
#include "leases/leases_output.h"
#include "leases/results_print.h"

const char *const answers_formats[] = {"hosts", "ssh-config", "ansible", NULL};

/* In the order of answers_formats. */
static void (*const formats_add[])(const struct inventory *, struct buf *) = {
	inventory_add_hosts, inventory_add_ssh_config, inventory_add_ansible};

static int records_print(struct cli *cli, const struct answer_refs *answers)
{
	struct output *output = leases_output_begin(cli, cli->format, LEASES_PLAIN);

	array_foreach(answer, answers)
		leases_output(output, NULL, *answer);
	return cli_output_end(cli, output, CLI_DONE);
}

static struct inventory inventory_of(const struct cli *cli,
				     const struct gathering *gathering,
				     const struct answer_refs *answers)
{
	const struct inventory_names names = {
		.guests_too = gathering->request->guest_names,
		.machines = gathering->machines.items,
		.machines_count = gathering->machines.count,
	};
	CLEANUP(error_list_free) struct error_list problems = {0};
	struct inventory inventory = inventory_make(answers, &names, &problems);

	cli_warnings(cli, &problems);
	return inventory;
}

/* What can't be written shows when the program closes its output. */
int answers_print(struct cli *cli, const struct gathering *gathering,
		  const struct answer_refs *answers)
{
	for (size_t i = 0; answers_formats[i]; i++) {
		CLEANUP(inventory_free) struct inventory inventory = {0};
		CLEANUP(buf_free) struct buf text = {0};

		if (!cli->format_name || strcmp(cli->format_name, answers_formats[i]))
			continue;
		inventory = inventory_of(cli, gathering, answers);
		formats_add[i](&inventory, &text);
		fwrite(buf_text(&text), 1, text.size, stdout);
		return CLI_DONE;
	}
	return records_print(cli, answers);
}

int answers_print_ansible(const struct cli *cli, const struct gathering *gathering,
			  const struct answer_refs *answers, const char *host)
{
	CLEANUP(inventory_free)
	struct inventory inventory = inventory_of(cli, gathering, answers);
	CLEANUP(buf_free) struct buf text = {0};

	if (host)
		inventory_add_ansible_host(&inventory, host, &text);
	else
		inventory_add_ansible_list(&inventory, &text);
	fwrite(buf_text(&text), 1, text.size, stdout);
	return CLI_DONE;
}
