/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-configdrive: reads the context of a machine, writes its config drive. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/cli.h"
#include "common/file.h"
#include "provision/configdrive/drive_check.h"
#include "provision/configdrive/drive_context.h"

enum { OPTION_INSTANCE_ID = CLI_LONG, OPTION_STATIC, OPTION_DNS };

static const struct cli_option options[] = {
	{'f', "format", "FORMAT", "openstack or nocloud, whatever the context says"},
	{'u', "userdata", "FILE", "user data, any bytes, instead of the context's"},
	{OPTION_INSTANCE_ID, "instance-id", "ID", "instead of the machine's UUID"},
	{OPTION_STATIC, "static", NULL,
	 "the guest sets its address itself, without DHCP"},
	{OPTION_DNS, "dns", "ADDRESS", "name server, with --static; may be given again"},
	{0},
};

/* Changes to the context that the command line asks for. */
struct changes {
	const char *format;
	const char *userdata_file;
	const char *instance_id;
	bool is_static;
	ARRAY(const char *) dns;
};

static void changes_free(struct changes *changes)
{
	free(changes->dns.items);
}

static void changes_read(struct cli *cli, struct changes *changes)
{
	enum configdrive_format format;

	for (int code; (code = cli_next(cli)) != CLI_END;) {
		switch (code) {
		case 'f':
			if (configdrive_format_parse(cli->value, &format) < 0)
				cli_usage(cli, "\"%s\" is not openstack or nocloud",
					  cli->value);
			changes->format = cli->value;
			break;
		case 'u':
			changes->userdata_file = cli->value;
			break;
		case OPTION_INSTANCE_ID:
			changes->instance_id = cli->value;
			break;
		case OPTION_STATIC:
			changes->is_static = true;
			break;
		case OPTION_DNS:
			*array_add(&changes->dns) = cli->value;
			break;
		}
	}
	if (changes->dns.count && !changes->is_static)
		cli_usage(cli, "--dns goes with --static");
}

static int input_read(struct cli *cli, const char *path, size_t max_size,
		      struct buf *data)
{
	CLEANUP(error_free) struct error error = {0};

	if (file_read_or_stdin(path, max_size, data, &error) == 0)
		return CLI_DONE;
	cli_error(cli, "%s", error_text(&error));
	return CLI_USAGE;
}

static int changes_apply(const struct changes *changes,
			 struct configdrive_context *context, struct error *error)
{
	struct configdrive *drive = &context->drive;

	if (changes->format)
		configdrive_format_parse(changes->format, &drive->format);
	else if (context->none)
		return error_set(error, "Hypervisor: ConfigDrive: none, so the machine "
					"has no config drive (see --format)");
	if (changes->instance_id)
		drive->instance_id = changes->instance_id;
	if (!changes->is_static)
		return 0;
	if (!context->address.address)
		return error_set(error, "--static: Machine: Ip: Address: missing");
	context->address.dns = changes->dns.items;
	context->address.dns_count = changes->dns.count;
	drive->address = &context->address;
	return 0;
}

static int drive_write(struct cli *cli, const char *path, const struct changes *changes,
		       const struct buf *json, const struct buf *userdata)
{
	CLEANUP(configdrive_context_free) struct configdrive_context context = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf image = {0};

	if (configdrive_context_parse(buf_text(json), json->size, &context, &error) < 0 ||
	    changes_apply(changes, &context, &error) < 0) {
		cli_error(cli, "%s: %s", path, error_text(&error));
		return CLI_USAGE;
	}
	if (changes->userdata_file) {
		context.drive.userdata = userdata->data;
		context.drive.userdata_size = userdata->size;
	}
	if (configdrive_check(&context.drive, &error) < 0) {
		cli_error(cli, "%s: %s", path, error_text(&error));
		return CLI_USAGE;
	}
	if (configdrive_build(&context.drive, &image, &error) < 0) {
		cli_error(cli, "%s: %s", path, error_text(&error));
		return CLI_SYSTEM;
	}
	fwrite(image.data, 1, image.size, stdout);
	return CLI_DONE;
}

static int run(struct cli *cli)
{
	CLEANUP(changes_free) struct changes changes = {0};
	CLEANUP(buf_free) struct buf json = {0};
	CLEANUP(buf_free) struct buf userdata = {0};
	const char *path;
	int status;

	changes_read(cli, &changes);
	cli_operands(cli, 0, 1);
	path = cli->operand_count ? cli->operands[0] : "-";
	if (isatty(STDOUT_FILENO))
		cli_usage(cli, "standard output is a terminal: redirect the image");
	status = input_read(cli, path, CONFIGDRIVE_CONTEXT_MAX, &json);
	if (status == CLI_DONE && changes.userdata_file)
		status = input_read(cli, changes.userdata_file, CONFIGDRIVE_USERDATA_MAX,
				    &userdata);
	if (status != CLI_DONE)
		return status;
	return drive_write(cli, strcmp(path, "-") ? path : "standard input", &changes,
			   &json, &userdata);
}

int main(int argc, char **argv)
{
	static const struct cli_verb verbs[] = {
		{NULL, "[CONTEXT]",
		 "Writes the config drive of the machine that CONTEXT (JSON; standard "
		 "input) describes.",
		 options, 0, run},
		{0},
	};
	static const struct cli_program program = {
		"vmango-configdrive", "Machine context to config drive image.", verbs,
		NULL};

	return cli_main(&program, argc, argv);
}
