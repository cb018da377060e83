/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool remove: deletes images from pools, unless they are in use. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_pool.h"
#include "imagetool/image_use.h"
#include "imagetool/image_verbs.h"

enum { OPTION_POOL = CLI_LONG };

const struct cli_option image_remove_options[] = {
	{OPTION_POOL, "pool", "POOL", "the pool of images (" IMAGE_POOL_DEFAULT ")"},
	{0},
};

/* An incomplete image is left to an import, which knows what is complete. */
static int image_remove(const struct image_pool *pool, const char *id, bool dry_run,
			struct image *image, struct error *error)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	if (image_marks_read(pool->pool, &marks, error) < 0)
		return -1;
	if (image_marks_has(&marks, id))
		return error_set(
			error,
			"%s is incomplete: an import of it is running, or was "
			"interrupted and will be finished by the next import into pool %s",
			id, pool->name);
	if (image_pool_find(pool, id, image, error) < 0)
		return -1;
	return image_delete(pool, id, dry_run, error);
}

/* Removes the images on one hypervisor; continues after one that can't be removed. */
static int place_remove(struct cli *cli, struct output *output, const char *uri,
			const char *pool_name)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(virConnectClose_ptr)
	virConnectPtr connection = virt_open(uri, cli->dry_run, &error);
	CLEANUP(image_pool_free) struct image_pool pool = {0};
	int status = CLI_DONE;

	if (!connection || image_pool_open(connection, pool_name, &pool, &error) < 0) {
		cli_error(cli, "%s", error_text(&error));
		return CLI_SYSTEM;
	}
	for (int i = 0; i < cli->operand_count; i++) {
		CLEANUP(image_free) struct image image = {0};

		if (image_remove(&pool, cli->operands[i], cli->dry_run, &image, &error) ==
		    0) {
			output_record(output, &image);
			continue;
		}
		cli_error(cli, "%s%s%s", uri ? uri : "", uri ? ": " : "",
			  error_text(&error));
		status = CLI_NO;
	}
	return status;
}

int image_remove_run(struct cli *cli)
{
	const char *pool = IMAGE_POOL_DEFAULT;
	struct output *output;
	bool any_failed = false;
	size_t system = 0;

	while (cli_next(cli) == OPTION_POOL)
		pool = cli->value;
	cli_operands(cli, 1, -1);
	output = output_begin(stdout, cli->format, image_columns, IMAGE_COLUMN_COUNT,
			      cli->header);
	if (!cli->uris.count)
		return cli_output_end(cli, output, place_remove(cli, output, NULL, pool));
	array_foreach(uri, &cli->uris) {
		int status = place_remove(cli, output, *uri, pool);

		system += status == CLI_SYSTEM;
		any_failed = any_failed || status != CLI_DONE;
	}
	return cli_output_end(cli, output,
			      cli_status_of(cli->uris.count, system, any_failed));
}
