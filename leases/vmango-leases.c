/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases: which address does a machine have? */
#include "leases/leases_audit.h"
#include "leases/leases_list.h"
#include "leases/leases_release.h"
#include "leases/leases_resolve.h"
#include "leases/leases_watch.h"
#include "leases/results_print.h"

static const struct cli_verb verbs[] = {
	{"resolve", "NAME|UUID|MAC|HOSTNAME...|-", "print addresses, best first",
	 resolve_options, CLI_CONNECT | CLI_OUTPUT | CLI_MORE_FORMATS, resolve_run},
	{"list", NULL, "print all known addresses", leases_list_options,
	 CLI_CONNECT | CLI_OUTPUT | CLI_MORE_FORMATS, leases_list_run},
	{"watch", NULL, "print a line for each lease that is added, changed or removed",
	 watch_options, CLI_CONNECT, watch_run},
	{"audit", NULL, "report what is wrong with leases and reservations",
	 audit_options, CLI_CONNECT | CLI_OUTPUT | CLI_DRY_RUN, audit_run},
	{"release", "NAME|MAC|ADDRESS...|-", "release leases", release_options,
	 CLI_CONNECT | CLI_OUTPUT | CLI_DRY_RUN, release_verb_run},
	/* Ansible runs an inventory script with --list or --host, without a verb. */
	{"ansible", NULL, "act as an inventory script of Ansible", ansible_options,
	 CLI_CONNECT | CLI_UNNAMED, ansible_run},
	{0},
};

static const struct cli_program program = {
	.name = "vmango-leases",
	.help = "Prints the addresses of machines, from all sources of a libvirt host.",
	.verbs = verbs,
	.more_formats = results_formats,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
