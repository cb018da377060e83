/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool list: prints the images of pools and folders. */
#define _GNU_SOURCE
#include <stdio.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "imagetool/image_folder.h"
#include "imagetool/image_pool.h"
#include "imagetool/image_verbs.h"

enum { OPTION_POOL = CLI_LONG, OPTION_DIR };

const struct cli_option image_list_options[] = {
	{OPTION_POOL, "pool", "POOL", "the pool of images (" IMAGE_POOL_DEFAULT ")"},
	{OPTION_DIR, "dir", "FOLDER", "a folder of this machine instead of a pool"},
	{0},
};

static int hypervisor_list(const char *uri, const char *pool_name,
			   struct image_list *images, struct error_list *warnings,
			   struct error *error)
{
	CLEANUP(virConnectClose_ptr)
	virConnectPtr connection = virt_open(uri, true, error);
	CLEANUP(image_pool_free) struct image_pool pool = {0};

	if (!connection || image_pool_open(connection, pool_name, &pool, error) < 0)
		return -1;
	return image_pool_list(&pool, images, warnings, error);
}

/* Prints the images of one pool or folder. An error is printed too, and the next one
 * follows. */
static int place_list(struct cli *cli, struct output *output, const char *uri,
		      const char *pool, const char *folder)
{
	CLEANUP(image_list_free) struct image_list images = {0};
	CLEANUP(error_list_free) struct error_list warnings = {0};
	CLEANUP(error_free) struct error error = {0};
	int status = folder ? image_folder_list(folder, &images, &warnings, &error)
			    : hypervisor_list(uri, pool, &images, &warnings, &error);

	cli_warnings(cli, &warnings);
	if (status < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	array_foreach(image, &images)
		output_record(output, image);
	return CLI_DONE;
}

int image_list_run(struct cli *cli)
{
	const char *pool = NULL, *folder = NULL;
	struct output *output;
	size_t failed = 0;
	int code;

	while ((code = cli_next(cli)) != CLI_END) {
		if (code == OPTION_POOL)
			pool = cli->value;
		if (code == OPTION_DIR)
			folder = cli->value;
	}
	cli_operands(cli, 0, 0);
	if (folder && (pool || cli->uris.count))
		cli_usage(cli, "--dir and --pool or --connect exclude each other");
	output = output_begin(stdout, cli->format, image_columns, IMAGE_COLUMN_COUNT,
			      cli->header);
	if (!pool)
		pool = IMAGE_POOL_DEFAULT;
	if (!cli->uris.count)
		return cli_output_end(cli, output,
				      place_list(cli, output, NULL, pool, folder));
	array_foreach(uri, &cli->uris)
		failed += place_list(cli, output, *uri, pool, NULL) != CLI_DONE;
	return cli_output_end(cli, output,
			      cli_status_of(cli->uris.count, failed, failed > 0));
}
