/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision doctor: whether hypervisors are ready for machines. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/doctor/doctor_examine.h"
#include "provision/verbs/verbs.h"

/* A hypervisor that is checked. */
struct patient {
	struct batch_hypervisor config;
	struct doctor_report report;
};

struct doctor {
	struct cli *cli;
	struct batch batch;
	bool probes;
	ARRAY(struct patient) patients;
};

struct doctor_record {
	const struct patient *patient;
	const struct doctor_item *finding;
};

static const struct doctor_item *item_of(const void *record)
{
	return ((const struct doctor_record *)record)->finding;
}

static void get_hypervisor(const void *record, struct output_value *value)
{
	output_text(value, ((const struct doctor_record *)record)->patient->config.name);
}

static void get_check(const void *record, struct output_value *value)
{
	output_text(value, item_of(record)->check);
}

static void get_result(const void *record, struct output_value *value)
{
	output_text(value, doctor_result_word(item_of(record)->result));
}

static void get_detail(const void *record, struct output_value *value)
{
	output_text(value, item_of(record)->detail);
}

static void get_advice(const void *record, struct output_value *value)
{
	output_text(value, item_of(record)->advice);
}

static const struct output_column columns[] = {
	{"Hypervisor", "HYPERVISOR", 0, get_hypervisor},
	{"Check", "CHECK", 0, get_check},
	{"Result", "RESULT", 0, get_result},
	{"Detail", "DETAIL", 0, get_detail},
	{"Advice", "ADVICE", 0, get_advice},
};

static void doctor_free(struct doctor *doctor)
{
	array_foreach(patient, &doctor->patients)
		doctor_report_free(&patient->report);
	free(doctor->patients.items);
	batch_free(&doctor->batch);
}

static void patient_add(struct doctor *doctor, const struct batch_hypervisor *config)
{
	array_add(&doctor->patients)->config = *config;
}

/* A hypervisor given by its URI: with the settings of the one in the batch that has it,
 * else of the only one in the batch, else the defaults. */
static void address_add(struct doctor *doctor, const char *uri)
{
	const struct batch_hypervisor *settings = NULL;
	struct batch_hypervisor config;

	array_foreach(known, &doctor->batch.hypervisors) {
		if (doctor->batch.hypervisors.count == 1 ||
		    (known->url && !strcmp(known->url, uri)))
			settings = known;
	}
	config = settings ? *settings : batch_hypervisor_default(uri);
	config.name = uri;
	config.url = uri;
	config.url_distrust = NULL;
	patient_add(doctor, &config);
}

static void patients_find(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;

	if (!cli->operand_count && cli->uris.count) {
		array_foreach(uri, &cli->uris)
			address_add(doctor, *uri);
		return;
	}
	array_foreach(hypervisor, &doctor->batch.hypervisors)
		patient_add(doctor, hypervisor);
}

static void work_one(void *data, size_t i)
{
	struct doctor *doctor = data;
	struct patient *patient = &doctor->patients.items[i];

	patient->report.name = patient->config.name;
	patient->report.uri = patient->config.url;
	doctor_examine(&patient->config, doctor->probes, &patient->report);
}

static int patient_print(struct cli *cli, struct output *output,
			 const struct patient *patient)
{
	int status = CLI_DONE;

	array_foreach(finding, &patient->report.items) {
		output_record(output, &(struct doctor_record){patient, finding});
		if (finding->result == DOCTOR_FINDING)
			status = CLI_NO;
	}
	array_foreach(text, &patient->report.skipped)
		cli_note(cli, "%s: not checked: %s", patient->config.name, *text);
	return status;
}

int verb_doctor(struct cli *cli)
{
	CLEANUP(doctor_free) struct doctor doctor = {.cli = cli};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct run run = {.workers = VERB_WORKERS_MAX};
	struct output *output;
	int status = CLI_DONE, code;

	while ((code = cli_next(cli)) != CLI_END)
		doctor.probes |= code == VERB_PROBE;
	cli_operands(cli, 0, 1);
	verb_batch_read(cli, &doctor.batch, &errors);
	if (errors.count) {
		cli_errors(cli, &errors);
		return CLI_USAGE;
	}
	verb_batch_distrust(cli, &doctor.batch);
	patients_find(&doctor);
	run_each(&run, doctor.patients.count, work_one, &doctor);
	output = output_begin(stdout, cli->format, columns, ARRAY_LENGTH(columns),
			      cli->header);
	array_foreach(patient, &doctor.patients) {
		if (patient_print(cli, output, patient) != CLI_DONE)
			status = CLI_NO;
	}
	return cli_output_end(cli, output, status);
}
