/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address has it? The answer from every source that a libvirt host has. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "leases/answers_print.h"
#include "leases/verbs.h"

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
	{"ansible", NULL, "answer as an inventory script of Ansible", ansible_options,
	 CLI_CONNECT, ansible_run},
	{0},
};

static const struct cli_program program = {
	.name = "vmango-leases",
	.help = "Tells which address a machine has, from every source there is.",
	.verbs = verbs,
	.more_formats = answers_formats,
};

/* Ansible calls an inventory script with these, and knows of no verb. */
static bool called_by_ansible(int argc, char **argv)
{
	return argc > 1 && (!strcmp(argv[1], "--list") ||
			    !strncmp(argv[1], "--host", strlen("--host")));
}

int main(int argc, char **argv)
{
	char **with_verb;
	int status;

	if (!called_by_ansible(argc, argv))
		return cli_main(&program, argc, argv);
	with_verb = mem_zero((size_t)argc + 2, sizeof(*with_verb));
	with_verb[0] = argv[0];
	with_verb[1] = (char *)"ansible";
	memcpy(with_verb + 2, argv + 1, (size_t)argc * sizeof(*argv));
	status = cli_main(&program, argc + 1, with_verb);
	free(with_verb);
	return status;
}
