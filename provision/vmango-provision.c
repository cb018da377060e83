/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision: an INI batch to running machines, on one or many hypervisors. */
#include "common/cli.h"
#include "provision/verbs.h"

static const struct cli_option apply_options[] = {
	{'w', "wait", "SECONDS", "for each machine's address; 0: don't wait (120)"},
	{'j', "jobs", "N", "machines at a time (4 for each hypervisor)"},
	{0},
};

static const struct cli_option destroy_options[] = {
	{'g', "graceful", "SECONDS", "let guests stop by themselves first (0)"},
	{'j', "jobs", "N", "machines at a time (4 for each hypervisor)"},
	{0},
};

static const struct cli_verb verbs[] = {
	{"apply", "BATCH.ini", "Create and start the machines that are not there.",
	 apply_options, CLI_CONNECT | CLI_OUTPUT, verb_apply},
	{"destroy", "BATCH.ini", "Stop and delete the machines and what they own.",
	 destroy_options, CLI_CONNECT | CLI_OUTPUT, verb_destroy},
	{"status", "BATCH.ini", "Show the machines as they are.", NULL,
	 CLI_CONNECT | CLI_OUTPUT, verb_status},
	{0},
};

int main(int argc, char **argv)
{
	static const struct cli_program program = {
		.name = "vmango-provision",
		.help = "Makes running machines out of a batch file, and keeps none of it "
			"anywhere but in libvirt.",
		.verbs = verbs,
	};

	return cli_main(&program, argc, argv);
}
