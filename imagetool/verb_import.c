/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool import: imports an image into the pools of hypervisors. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/interrupt.h"
#include "common/num.h"
#include "imagetool/image_pool.h"
#include "imagetool/image_source.h"
#include "imagetool/import.h"
#include "imagetool/sums.h"
#include "imagetool/image_verbs.h"

enum {
	OPTION_POOL = CLI_LONG,
	OPTION_AS,
	OPTION_CHECKSUM,
	OPTION_SUMS,
	OPTION_MAX_SIZE,
	OPTION_REPLACE,
	OPTION_SAFE,
};

const struct cli_option image_import_options[] = {
	{OPTION_POOL, "pool", "POOL", "the pool of images (" IMAGE_POOL_DEFAULT ")"},
	{OPTION_AS, "as", "NAME", "the image's name (from FILE's name)"},
	HINT_OPTIONS,
	{OPTION_CHECKSUM, "checksum", "TYPE:HEX",
	 "what FILE must have: sha256 or sha512"},
	{OPTION_SUMS, "sums", "FILE", "a file of checksums, such as SHA256SUMS"},
	{OPTION_MAX_SIZE, "max-size", "SIZE", "refuse larger images (2T)"},
	{OPTION_REPLACE, "replace", NULL,
	 "replace an existing image, unless it is in use"},
	{OPTION_SAFE, "safe", NULL,
	 "send to another name first: other programs use the pool"},
	{0},
};

struct request {
	struct import_options options;
	const char *sums;
};

static void request_option(struct cli *cli, int code, struct request *request)
{
	CLEANUP(error_free) struct error error = {0};
	struct import_options *options = &request->options;

	switch (code) {
	case OPTION_POOL:
		options->pool_name = cli->value;
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
		options->replace = true;
		break;
	case OPTION_SAFE:
		options->safe = true;
		break;
	default:
		image_hint_take(cli, code, &options->hints);
	}
}

/* Finds the file's checksum in the list; for standard input, or a pipe whose name the
 * list does not have, the list must be of one file. */
static int sums_read(struct request *request, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct import_options *options = &request->options;
	const char *slash = strrchr(options->file, '/');
	const char *name = slash ? slash + 1 : options->file;
	int status;

	if (!request->sums)
		return 0;
	if (file_read_or_stdin(request->sums, SUMS_SIZE_MAX, &text, error) < 0)
		return -1;
	status = sums_find(buf_text(&text), text.size, strcmp(name, "-") ? name : NULL,
			   &options->checksum, error);
	if (status < 0 && file_is_stream(options->file))
		status = sums_find(buf_text(&text), text.size, NULL, &options->checksum,
				   error);
	if (status < 0)
		return error_context(error, "%s", request->sums);
	options->has_checksum = true;
	return 0;
}

static void notes_print(struct cli *cli, const struct import_result *result)
{
	for (size_t i = 0; i < result->notes.count; i++)
		cli_note(cli, "%s", result->notes.messages[i]);
	cli_warnings(cli, &result->warnings);
}

/* Prints the new images, and what went wrong on other hypervisors. */
static int results_report(struct cli *cli, const struct import *import)
{
	struct output *output = output_begin(stdout, cli->format, image_columns,
					     IMAGE_COLUMN_COUNT, cli->header);
	size_t count = import_result_count(import), failed = 0, refused = 0;
	int status = CLI_NO;

	for (size_t i = 0; i < count; i++) {
		const struct import_result *result = import_result(import, i);

		notes_print(cli, result);
		if (result->failed) {
			cli_error(cli, "%s", error_text(&result->error));
			failed++;
			refused += result->refused;
		} else {
			output_record(output, &result->image);
		}
	}
	if (!failed)
		status = CLI_DONE;
	else if (failed == count && failed > refused)
		status = CLI_SYSTEM;
	return cli_output_end(cli, output, status);
}

/* The image itself was refused, or nothing could be sent: no hypervisor has it. */
static int failure_report(struct cli *cli, const struct import *import,
			  const struct error *error, int status)
{
	for (size_t i = 0; i < import_result_count(import); i++)
		notes_print(cli, import_result(import, i));
	cli_error(cli, "%s", error_text(error));
	return status;
}

static int import_do(struct cli *cli, struct import *import)
{
	CLEANUP(error_free) struct error error = {0};
	int status = CLI_DONE;
	bool is_begun = false;

	if (import_check(import) == 0 && !cli->dry_run) {
		/* From here on there is something to undo. */
		import_undo_begin(import);
		is_begun = true;
		if (interrupt_defer(INTERRUPT_LIMIT_MS, &error) < 0)
			status = CLI_SYSTEM;
		else if (import_send(import, &error) < 0)
			status = CLI_USAGE;
	}
	import_end(import);
	status = status == CLI_DONE ? results_report(cli, import)
				    : failure_report(cli, import, &error, status);
	if (is_begun)
		import_undo_end(import);
	return status;
}

int image_import_run(struct cli *cli)
{
	struct request request = {.options.pool_name = IMAGE_POOL_DEFAULT};
	struct import_options *options = &request.options;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(import_free_ptr) struct import *import = NULL;
	int code;

	options->max_size_bytes = IMAGE_MAX_SIZE_DEFAULT;
	while ((code = cli_next(cli)) != CLI_END)
		request_option(cli, code, &request);
	cli_operands(cli, 1, 1);
	options->file = cli->operands[0];
	options->uris = (const char *const *)cli->uris.items;
	options->uri_count = cli->uris.count;
	options->dry_run = cli->dry_run;
	options->show_progress = !cli->quiet;
	if (request.sums && options->has_checksum)
		cli_usage(cli, "--checksum and --sums exclude each other");
	if (request.sums && !strcmp(request.sums, "-") && !strcmp(options->file, "-"))
		cli_usage(cli, "only one of FILE and --sums can be standard input");
	if (sums_read(&request, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	import = import_open(options, &error);
	if (!import) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_USAGE;
	}
	return import_do(cli, import);
}
