/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of vmango-provision, and what they share. */
#ifndef PROVISION_VERBS_H
#define PROVISION_VERBS_H

#include <signal.h>

#include "common/cli.h"
#include "provision/machine_xml.h"
#include "provision/plan.h"
#include "provision/run.h"

enum {
	VERB_WAIT_S = 120, /* for an address, when --wait does not tell */
	VERB_WAIT_MAX_S = 86400,
	VERB_WORKERS_MAX = 256,
	VERB_WORKERS_PER_HOST = 4,
};

int verb_apply(struct cli *cli);
int verb_destroy(struct cli *cli);
int verb_status(struct cli *cli);

/* Set by SIGINT and SIGTERM once verb_catch_signals() was called. */
extern volatile sig_atomic_t verb_interrupted;
void verb_catch_signals(void);

/* Reads the batch that the only operand names; prints nothing. */
int verb_batch_load(struct cli *cli, struct batch *batch, struct error_list *errors);

/* A run that reports steps on standard error, unless --quiet; ended by verb_run_end(). */
void verb_run_begin(struct run *run, struct cli *cli, const struct plan *plan);
void verb_run_end(struct run *run);

/* The value of an option as a number; ends the program with a usage error. */
unsigned int verb_number(struct cli *cli, unsigned int min, unsigned int max);

/* What became of a machine, for the output. */
struct verb_result {
	const struct plan_item *item;
	const char *result; /* "created", "kept", "failed", ... */
	const char *state;  /* "running", "stopped", "unknown" */
	struct machine_address address;
	struct error error;
};

/* Prints the results as records; -1 when standard output takes them not. */
int verb_results_print(struct cli *cli, const struct verb_result *results, size_t count);
void verb_results_free(struct verb_result *results, size_t count);

#endif
