/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision: creates and runs the machines of an INI batch, on one or many
 * hypervisors. */
#include "common/cli.h"
#include "provision/verbs/verbs.h"

#define SELECTION                                                                   \
	{VERB_MACHINE, "machine", "NAME", "only this machine; may be given again"}, \
	{                                                                           \
		VERB_ONLY, "only", "GLOB", "only machines that fit the pattern"     \
	}
#define JOBS                                                                         \
	{                                                                            \
		VERB_JOBS, "jobs", "N", "machines at a time (4 for each hypervisor)" \
	}
#define WAIT                                                                          \
	{                                                                             \
		VERB_WAIT, "wait", "SECONDS", "wait for each address; 0: don't (120)" \
	}
#define GRACEFUL                                                  \
	{                                                         \
		VERB_GRACEFUL, "graceful", "SECONDS",             \
			"let guests shut down first, by ACPI (0)" \
	}
#define OFFLINE                                                           \
	{                                                                 \
		VERB_OFFLINE, "offline", NULL, "connect to no hypervisor" \
	}

#define PRUNE                                                                      \
	{                                                                          \
		VERB_PRUNE, "prune", NULL,                                         \
			"delete machines of the batch that the file no longer has" \
	}

#define YES                                                             \
	{                                                               \
		VERB_YES, "yes", NULL, "delete or adopt without asking" \
	}
#define LOST                                                                    \
	{                                                                       \
		VERB_LOST, "assume-lost", "NAME",                               \
			"create machines of that hypervisor elsewhere; may be " \
			"given again"                                           \
	}

static const struct cli_option apply_options[] = {
	{VERB_UPDATE, "update", NULL, "change machines that differ, where possible"},
	{VERB_HOTPLUG, "hotplug", NULL,
	 "with --update: move the NICs of running guests at once"},
	PRUNE,
	YES,
	LOST,
	GRACEFUL,
	WAIT,
	JOBS,
	SELECTION,
	{0}};
static const struct cli_option plan_options[] = {
	{VERB_FACTS, "facts", "FILE",
	 "use the output of \"facts\" instead; may be given again"},
	PRUNE,
	LOST,
	SELECTION,
	{0}};
static const struct cli_option facts_options[] = {
	{VERB_REDACT, "redact", NULL, "replace names with aliases"}, {0}};
static const struct cli_option destroy_options[] = {
	{VERB_ALL, "all", NULL, "also machines of the batch that the file no longer has"},
	YES,
	GRACEFUL,
	JOBS,
	SELECTION,
	{0}};
static const struct cli_option status_options[] = {
	{VERB_INVENTORY, "all", NULL,
	 "every domain with its owner; BATCH.ini is optional then"},
	SELECTION,
	{0}};
static const struct cli_option adopt_options[] = {YES, {0}};
static const struct cli_option start_options[] = {WAIT, JOBS, SELECTION, {0}};
static const struct cli_option stop_options[] = {GRACEFUL, JOBS, SELECTION, {0}};
static const struct cli_option reboot_options[] = {
	{VERB_GRACEFUL, "graceful", "SECONDS",
	 "of guests to be stopped and started, for each to shut down (60)"},
	JOBS,
	SELECTION,
	{0}};
static const struct cli_option offline_options[] = {OFFLINE, {0}};
static const struct cli_option doctor_options[] = {
	{VERB_PROBE, "probe", NULL,
	 "try from each network's bridge whether DHCP and pings are answered"},
	{0}};

static const struct cli_verb verbs[] = {
	{"check", "BATCH.ini", "look for errors in the batch and on the hypervisors",
	 offline_options, CLI_CONNECT_ONE, verb_check},
	{"plan", "BATCH.ini", "show what apply would do", plan_options,
	 CLI_CONNECT_ONE | CLI_OUTPUT, verb_plan},
	{"apply", "BATCH.ini", "create the machines that are missing, and start them",
	 apply_options, CLI_CONNECT_ONE | CLI_OUTPUT | CLI_DRY_RUN, verb_apply},
	{"status", "BATCH.ini", "show the machines as they are", status_options,
	 CLI_CONNECT_ONE | CLI_OUTPUT, verb_status},
	{"start", "BATCH.ini", "start machines that are stopped", start_options,
	 CLI_CONNECT_ONE | CLI_OUTPUT, verb_start},
	{"stop", "BATCH.ini", "stop machines", stop_options, CLI_CONNECT_ONE | CLI_OUTPUT,
	 verb_stop},
	{"reboot", "BATCH.ini", "reboot machines", reboot_options,
	 CLI_CONNECT_ONE | CLI_OUTPUT, verb_reboot},
	{"destroy", "BATCH.ini", "stop and delete machines and all that they own",
	 destroy_options, CLI_CONNECT_ONE | CLI_OUTPUT | CLI_DRY_RUN, verb_destroy},
	{"adopt", "BATCH.ini MACHINE...",
	 "take machines of Vmango or of another batch into the batch", adopt_options,
	 CLI_CONNECT_ONE | CLI_OUTPUT | CLI_DRY_RUN, verb_adopt},
	{"export", "DOMAIN...", "print the lines of a batch for domains of others", NULL,
	 CLI_CONNECT_ONE, verb_export},
	{"facts", "[BATCH.ini]",
	 "print what plan would know about the hypervisors, as JSON", facts_options,
	 CLI_CONNECT_ONE, verb_facts},
	{"context", "BATCH.ini MACHINE", "print the JSON that templates get",
	 offline_options, CLI_CONNECT_ONE, verb_context},
	{"doctor", "[BATCH.ini]", "check whether hypervisors are ready for machines",
	 doctor_options, CLI_CONNECT | CLI_OUTPUT, verb_doctor},
	{0},
};

int main(int argc, char **argv)
{
	static const struct cli_program program = {
		.name = "vmango-provision",
		.help = "Creates and runs the machines of a batch file. All state is in "
			"libvirt.",
		.verbs = verbs,
	};

	return cli_main(&program, argc, argv);
}
