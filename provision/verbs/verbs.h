/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of vmango-provision, and what they share. */
#ifndef PROVISION_VERBS_VERBS_H
#define PROVISION_VERBS_VERBS_H

#include <signal.h>

#include "common/cli.h"
#include "provision/plan/machine_xml.h"
#include "provision/host/facts_read.h"
#include "provision/host/hosts.h"
#include "provision/plan/plan.h"
#include "provision/verbs/recorded.h"
#include "provision/machine/run.h"

enum {
	VERB_WAIT_S = 120, /* for an address, without --wait */
	VERB_WAIT_MAX_S = 86400,
	VERB_RESTART_GRACEFUL_S = 60, /* for a guest to shut down, with reboot */
	VERB_WORKERS_MAX = 256,
	VERB_WORKERS_PER_HOST = 4,
	/* Each connection is shared (host_connection.h) by no more than libvirtd works
	 * on at a time, so that it also answers whether it is alive. */
	VERB_WORKERS_PER_SSH_HOST = 12,
};

/* Options beyond the common ones; each verb's table says which it takes. */
enum verb_option {
	VERB_WAIT = 'w',
	VERB_JOBS = 'j',
	VERB_GRACEFUL = 'g',
	VERB_MACHINE = 'm',
	VERB_YES = 'y',
	VERB_ONLY = CLI_LONG,
	VERB_OFFLINE,
	VERB_UPDATE,
	VERB_HOTPLUG,
	VERB_PRUNE,
	VERB_ALL,	/* of destroy: also machines that the file no longer has */
	VERB_INVENTORY, /* of status: every domain */
	VERB_LOST,
	VERB_FACTS,
	VERB_REDACT,
	VERB_PROBE,
};

int verb_adopt(struct cli *cli);
int verb_apply(struct cli *cli);
int verb_check(struct cli *cli);
int verb_context(struct cli *cli);
int verb_destroy(struct cli *cli);
int verb_doctor(struct cli *cli);
int verb_export(struct cli *cli);
int verb_facts(struct cli *cli);
int verb_plan(struct cli *cli);
int verb_status(struct cli *cli);
int verb_start(struct cli *cli);
int verb_stop(struct cli *cli);
int verb_reboot(struct cli *cli);

/* A verb's options, batch and plan. Zeroed, then verb_begin(), then verb_end(). */
struct verb {
	struct cli *cli;
	unsigned int wait_s, workers, graceful_s; /* workers 0: the default */
	bool offline, update, hotplug, yes, inventory, redacts;
	bool misselects;	      /* --machine or --only select what does not exist */
	ARRAY(const char *) machines; /* of the filter */
	ARRAY(const char *) lost;     /* hypervisors */
	ARRAY(const char *) facts_files; /* instead of the hypervisors */
	struct batch batch;
	/* The planner's input; a verb sets `unlisted` and `adopts` before verb_begin().
	 */
	struct plan_input input;
	struct hosts hosts;
	struct recorded recorded;	     /* instead of `hosts` */
	struct machine_templates *templates; /* one for each hypervisor */
	struct changes changes;
	char *operands;	    /* verb_command_batch() */
	char *user;	    /* who runs this; NULL: unknown */
	bool owns;	    /* the verb changes something: see verb_own() */
	struct owner owner; /* this run */
	struct error_list errors;
};

/*
 * Reads options and the batch (the first of `min` to `max` operands). Errors are added to
 * verb->errors. Ends the program on usage errors.
 */
void verb_begin(struct verb *verb, struct cli *cli, int min, int max);
void verb_end(struct verb *verb);

/* For read-only verbs: warns of programs of the batch that are not run, as other users
 * could have named them (batch_distrust()). */
void verb_batch_distrust(struct cli *cli, struct batch *batch);

/* Prints verb->errors. CLI_USAGE if there are any; CLI_SYSTEM if all of them are about
 * what could not be asked, or another run owns the batch; else CLI_DONE. */
int verb_errors_print(const struct verb *verb);

/* Whether the change can't be made because no hypervisor of its machine was reached. */
bool verb_is_unreached(const struct change *change);

/* Whether that holds for every machine, and there is one. */
bool verb_all_unreached(const struct verb *verb);

/*
 * Reads the batch that the first operand names, or without one only the settings for all
 * batches. --connect sets the URI of the batch's only hypervisor; without a batch the
 * caller handles it. Errors are added to `errors`; ends the program on usage errors.
 */
void verb_batch_read(struct cli *cli, struct batch *batch, struct error_list *errors);

/*
 * For verbs that change something, to be called before verb_prepare(), which then locks
 * the batch on each hypervisor until verb_end().
 */
void verb_own(struct verb *verb);

/*
 * Begins a verb for existing machines: verb_begin() for one operand, verb_own(), and
 * finding the machines. CLI_DONE, or after a message the status to exit with.
 */
int verb_begin_existing(struct verb *verb, struct cli *cli);

/* Connects, reads `parts` (enum facts_part, or-ed), and plans with plan_make(), or with
 * plan_find() when `find_only`. Problems go to verb->errors. */
void verb_prepare(struct verb *verb, unsigned int parts, bool find_only);

/* The same with the facts in verb->facts_files, without connecting. */
void verb_prepare_recorded(struct verb *verb);

/* --connect without a batch: the only hypervisor is the one with that URI. */
void verb_use_address(struct verb *verb);

/* The result of the work on a machine, for the output. */
struct verb_result {
	const struct change *change;
	const char *result; /* "created", "kept", "failed", ... */
	const char *state;  /* "running", "paused", "stopped", "unknown" */
	bool has_restored;  /* see plan_faults_text() */
	struct machine_address address;
	json_object *waits; /* owned; NULL: not shown */
	struct error error;
};

/*
 * Calls `work` for each change in several threads, and prints the errors and results.
 * `work` sets all of its result except for the change. It is not called for machines
 * whose hypervisor can't be reached, which fail. Returns the verb's exit status; *changed
 * is the number of results that are neither failed nor `unchanged`.
 */
int verb_run(struct verb *verb, const char *unchanged,
	     void (*work)(struct run *run, struct verb_result *result), size_t *changed);

/* Warns if a hypervisor is only read, as this user may do nothing else there. */
void verb_denied_warn(struct cli *cli, const struct host *host);

/* The failure of a machine with ACTION_FAIL: its reason. */
void verb_failure_set(struct verb_result *result);

/*
 * Prints why results[at], one of those of all changes, failed. If its hypervisor did not
 * answer, the first that failed for that prints it for all of them, and the others
 * nothing.
 */
void verb_failure_print(const struct verb *verb, const struct verb_result *results,
			size_t at);

/* Warns of user data that apply --update would remove from the metadata of machines,
 * where every local user can read it, or add to them. */
void verb_userdata_warn(const struct verb *verb);

/* Adds the differences to a JSON list, as objects with Field, From, To and How. */
void verb_changes_add(json_object *list, const struct machine_diff *diff);

/* Warns of what machines get only at their next start, with the command that starts them
 * again. */
void verb_waits_warn(const struct verb *verb);

/* Connects to the inventory's hypervisors and prints every domain with its owner. */
int verb_inventory(struct verb *verb);

/* Prints the changes as records. CLI_DONE if there is nothing to do, CLI_TO_DO if there
 * is; CLI_NO if a change fails or is refused, CLI_SYSTEM if all do because no hypervisor
 * was reached. */
int verb_plan_show(const struct verb *verb);

/* Begins records on standard output; `with_event` adds the member Event, "result". */
struct output *verb_results_begin(const struct verb *verb, bool with_event);

/* Prints the results as records; -1 if standard output can't be written. */
int verb_results_print(const struct verb *verb, const struct verb_result *results,
		       size_t count);
void verb_results_free(struct verb_result *results, size_t count);

#endif
