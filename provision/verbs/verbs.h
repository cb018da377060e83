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
	VERB_WAIT_S = 120, /* for an address, when --wait does not tell */
	VERB_WAIT_MAX_S = 86400,
	VERB_WORKERS_MAX = 256,
	VERB_WORKERS_PER_HOST = 4,
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
	VERB_PRUNE,
	VERB_ALL,	/* of destroy: those that the file no longer has as well */
	VERB_INVENTORY, /* of status: every domain */
	VERB_LOST,
	VERB_FACTS,
	VERB_REDACT,
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
	unsigned int wait_s, workers, graceful_s; /* workers 0: as many as usual */
	bool offline, update, yes, inventory, redacts;
	ARRAY(const char *) machines;	 /* of the filter */
	ARRAY(const char *) lost;	 /* hypervisors */
	ARRAY(const char *) facts_files; /* in place of the hypervisors */
	struct batch batch;
	/* What is planned with; a verb sets `unlisted` and `adopts` before it begins. */
	struct plan_input input;
	struct hosts hosts;
	struct recorded recorded;	     /* in their place */
	struct machine_templates *templates; /* one for each hypervisor */
	struct changes changes;
	char *user;	    /* by whom this is run; NULL: not known */
	bool owns;	    /* the verb changes something: see verb_own() */
	struct owner owner; /* this run, when it does */
	struct error_list errors;
};

/*
 * Reads options and the batch (the first of `min` to `max` operands). Mistakes go to
 * verb->errors. Ends the program on usage errors.
 */
void verb_begin(struct verb *verb, struct cli *cli, int min, int max);
void verb_end(struct verb *verb);

/* For verbs that only look: warns of the programs of the batch that are not run, since
 * others could have named them (batch_distrust()). */
void verb_batch_distrust(struct cli *cli, struct batch *batch);

/* Prints verb->errors when there are any; CLI_USAGE then, else CLI_DONE. CLI_SYSTEM when
 * another run has the batch. */
int verb_errors_print(const struct verb *verb);

/*
 * Reads the batch that the first operand names; without one, the settings for all batches
 * alone. --connect is the address of the batch's only hypervisor; without a batch it is
 * left to the caller. Mistakes go to `errors`; ends the program on usage errors.
 */
void verb_batch_read(struct cli *cli, struct batch *batch, struct error_list *errors);

/*
 * For verbs that change something, before verb_prepare(): this locks the batch then on
 * each hypervisor, until verb_end().
 */
void verb_own(struct verb *verb);

/*
 * The beginning of verbs that work on existing machines: verb_begin() for one operand,
 * verb_own(), and a search for the machines. CLI_DONE, or the status to end with, after a
 * message.
 */
int verb_begin_existing(struct verb *verb, struct cli *cli);

/* Connects, reads `parts` (enum facts_part, or-ed), and plans with plan_make(), or with
 * plan_find() when `find_only`. Problems go to verb->errors. */
void verb_prepare(struct verb *verb, unsigned int parts, bool find_only);

/* The same with the facts in verb->facts_files, and without a connection. */
void verb_prepare_recorded(struct verb *verb);

/* --connect without a batch: the only hypervisor is the one at that address. */
void verb_use_address(struct verb *verb);

/* What became of a machine, for the output. */
struct verb_result {
	const struct change *change;
	const char *result; /* "created", "kept", "failed", ... */
	const char *state;  /* "running", "stopped", "unknown" */
	struct machine_address address;
	struct error error;
};

/*
 * Does `work` on each machine of the plan, by several threads, prints what failed and the
 * results. `work` fills in all of its result but the change, which it may not be called
 * for: machines whose hypervisor can't be reached have failed already. Returns the verb's
 * exit status; *changed is how many results are neither failed nor `unchanged`.
 */
int verb_run(struct verb *verb, const char *unchanged,
	     void (*work)(struct run *run, struct verb_result *result), size_t *changed);

/* Warns of user data that is readable in the metadata of machines and isn't to be, or the
 * other way round: what apply --update changes of machines that it keeps otherwise. */
void verb_userdata_warn(const struct verb *verb);

/* Connects to the inventory's hypervisors and prints every domain with its owner. */
int verb_inventory(struct verb *verb);

/* Prints the plan as records: CLI_DONE when there is nothing to do, else CLI_NO. */
int verb_plan_show(const struct verb *verb);

/* Records on standard output, whose JSON begins with the word "result" if wanted. */
struct output *verb_results_begin(const struct verb *verb, bool with_event);

/* Prints the results as records; -1 when standard output takes them not. */
int verb_results_print(const struct verb *verb, const struct verb_result *results,
		       size_t count);
void verb_results_free(struct verb_result *results, size_t count);

#endif
