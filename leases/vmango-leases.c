/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address has it? The answer from every source that a libvirt host has. */
#include "leases/leases_verbs.h"
#include "leases/results_print.h"

static const struct cli_verb verbs[] = {
	{"resolve", "NAME|UUID|MAC|HOSTNAME...|-", "print addresses, best first",
	 resolve_options, CLI_CONNECT | CLI_OUTPUT, resolve_run},
	{"list", NULL, "print every address that is known", list_options,
	 CLI_CONNECT | CLI_OUTPUT, list_run},
	{"watch", NULL, "print a line for each lease that comes, changes or goes",
	 watch_options, CLI_CONNECT, watch_run},
	{"audit", NULL, "tell what is wrong with leases and reservations", audit_options,
	 CLI_CONNECT | CLI_OUTPUT | CLI_DRY_RUN, audit_run},
	{"release", "NAME|MAC|ADDRESS...|-", "make dnsmasq forget leases",
	 release_options, CLI_CONNECT | CLI_OUTPUT | CLI_DRY_RUN, release_verb_run},
	/* Ansible calls an inventory script with --list or --host, and no verb. */
	{"ansible", NULL, "answer as an inventory script of Ansible", ansible_options,
	 CLI_CONNECT | CLI_UNNAMED, ansible_run},
	{0},
};

static const struct cli_program program = {
	.name = "vmango-leases",
	.help = "Tells which address a machine has, from every source there is.",
	.verbs = verbs,
	.more_formats = results_formats,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
