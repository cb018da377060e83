/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool import: an image into the pools of hypervisors. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/interrupt.h"
#include "common/num.h"
#include "imagetool/import.h"
#include "imagetool/keep_alive.h"
#include "imagetool/sums.h"
#include "imagetool/image_verbs.h"

enum {
	OPTION_POOL = CLI_LONG,
	OPTION_AS,
	OPTION_CHECKSUM,
	OPTION_SUMS,
	OPTION_MAX_SIZE,
	OPTION_REPLACE,
};

#define MAX_SIZE_DEFAULT (UINT64_C(2) << 40)

const struct cli_option import_options[] = {
	{OPTION_POOL, "pool", "POOL", "the pool of images (" IMAGE_POOL_DEFAULT ")"},
	{OPTION_AS, "as", "NAME", "the image's name; else what FILE's name says"},
	HINT_OPTIONS,
	{OPTION_CHECKSUM, "checksum", "TYPE:HEX",
	 "what FILE must have: sha256 or sha512"},
	{OPTION_SUMS, "sums", "FILE", "a list of checksums, such as SHA256SUMS"},
	{OPTION_MAX_SIZE, "max-size", "SIZE", "refuse larger images (2T)"},
	{OPTION_REPLACE, "replace", NULL,
	 "replace an image that is there, unless in use"},
	{0},
};

struct request {
	struct import_options options;
	const char *pool, *sums;
	bool replace;
};

static void request_option(struct cli *cli, int code, struct request *request)
{
	CLEANUP(error_free) struct error error = {0};
	struct import_options *options = &request->options;

	switch (code) {
	case OPTION_POOL:
		request->pool = cli->value;
		break;
	case OPTION_AS:
		options->as = cli->value;
		break;
	case OPTION_CHECKSUM:
		if (checksum_parse(cli->value, &options->checksum, &error) < 0)
			cli_usage(cli, "--checksum: %s", error_text(&error));
		options->has_checksum = true;
		break;
	case OPTION_SUMS:
		request->sums = cli->value;
		break;
	case OPTION_MAX_SIZE:
		if (num_parse_size(cli->value, 1, &options->max_size_bytes, &error) < 0)
			cli_usage(cli, "--max-size: %s", error_text(&error));
		break;
	case OPTION_REPLACE:
		request->replace = true;
		break;
	default:
		image_hint_take(cli, code, &options->hints);
	}
}

/* Finds the file's checksum in the list; standard input's when there is but one. */
static int sums_read(struct request *request, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct import_options *options = &request->options;
	const char *slash = strrchr(options->file, '/');
	const char *name = slash ? slash + 1 : options->file;

	if (!request->sums)
		return 0;
	if (file_read(request->sums, SUMS_SIZE_MAX, &text, error) < 0)
		return -1;
	if (sums_find(buf_text(&text), text.size, strcmp(name, "-") ? name : NULL,
		      &options->checksum, error) < 0)
		return error_context(error, "%s", request->sums);
	options->has_checksum = true;
	return 0;
}

static void targets_make(struct cli *cli, struct import *import)
{
	import->target_count = cli->uris.count ? cli->uris.count : 1;
	import->targets = mem_zero(import->target_count, sizeof(*import->targets));
	for (size_t i = 0; i < import->target_count; i++) {
		const char *uri = cli->uris.count ? cli->uris.items[i] : NULL;

		import->targets[i].job = &import->job;
		import->targets[i].number = (uint32_t)i;
		import->targets[i].uri = uri;
		import->targets[i].folder = -1;
		import->targets[i].file = -1;
		import->targets[i].place = uri ? uri : "libvirt's default hypervisor";
	}
}

/* What a dry run would have made. */
static void image_foresee(struct import_target *target)
{
	const struct import_job *job = target->job;

	target->image = (struct image){
		.id = mem_string(job->id),
		.name = job->name,
		.pool_name = mem_string(target->pool.name),
		.path = mem_format("%s/%s", target->pool.path, job->id),
	};
}

/* Disconnects, and prints what was noted on the way. */
static void target_close(struct cli *cli, struct import_target *target)
{
	import_target_close(target);
	for (size_t i = 0; i < target->notes.count; i++)
		cli_note(cli, "%s", target->notes.messages[i]);
	cli_warnings(cli, &target->warnings);
}

/* Prints the images that are there now, and what went wrong elsewhere. */
static int targets_report(struct cli *cli, struct import *import)
{
	struct output *output = output_begin(stdout, cli->format, image_columns,
					     IMAGE_COLUMN_COUNT, cli->header);
	size_t failed = 0, refused = 0;
	int status = CLI_NO;

	for (size_t i = 0; i < import->target_count; i++) {
		struct import_target *target = &import->targets[i];

		target_close(cli, target);
		if (target->failed) {
			cli_error(cli, "%s", error_text(&target->error));
			failed++;
			refused += target->refused;
		} else {
			output_record(output, &target->image);
		}
	}
	if (!failed)
		status = CLI_DONE;
	else if (failed == import->target_count && failed > refused)
		status = CLI_SYSTEM;
	return cli_output_end(cli, output, status);
}

static int import_do(struct cli *cli, struct import *import)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(close_fd) int owner = -1;

	if (import_open(import, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	owner = import_owner_begin(&import->job.owner, &error);
	if (owner < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	if (import_check(import) < 0 || cli->dry_run) {
		for (size_t i = 0; i < import->target_count; i++)
			if (!import->targets[i].failed)
				image_foresee(&import->targets[i]);
		return targets_report(cli, import);
	}
	/* From here on there is something to remove. */
	interrupt_undo_begin(import->job.id);
	if (interrupt_defer(INTERRUPT_LIMIT_MS, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	if (import_send(import, &error) < 0) {
		for (size_t i = 0; i < import->target_count; i++)
			target_close(cli, &import->targets[i]);
		cli_error(cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	return targets_report(cli, import);
}

int import_run(struct cli *cli)
{
	struct request request = {.pool = IMAGE_POOL_DEFAULT};
	struct import import = {.options = &request.options};
	CLEANUP(error_free) struct error error = {0};
	int code, status;

	request.options.max_size_bytes = MAX_SIZE_DEFAULT;
	while ((code = cli_next(cli)) != CLI_END)
		request_option(cli, code, &request);
	cli_operands(cli, 1, 1);
	request.options.file = cli->operands[0];
	request.options.show_progress = !cli->quiet;
	import.job.pool_name = request.pool;
	import.job.replace = request.replace;
	import.job.dry_run = cli->dry_run;
	if (request.sums && request.options.has_checksum)
		cli_usage(cli, "--checksum and --sums exclude each other");
	if (sums_read(&request, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	if (keep_alive_begin(&error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	targets_make(cli, &import);
	status = import_do(cli, &import);
	interrupt_undo_end(import.job.id);
	import_free(&import);
	return status;
}
