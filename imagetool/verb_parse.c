/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool parse: prints an Image record for each file name. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/lines.h"
#include "imagetool/image.h"
#include "imagetool/image_verbs.h"

enum { OPTION_STRICT = CLI_LONG };

const struct cli_option image_parse_options[] = {
	{OPTION_STRICT, "strict", NULL, "accept only the canonical form"},
	{0},
};

struct parsing {
	struct cli *cli;
	struct output *output;
	bool strict;
	bool failed;
	struct image image; /* the current one; its strings are borrowed */
};

/* Parses what follows the last slash. `line` is 0 for an operand. */
static void name_parse(struct parsing *parsing, char *path, size_t length, size_t line)
{
	CLEANUP(error_free) struct error error = {0};
	char *slash = memrchr(path, '/', length);
	char *name = slash ? slash + 1 : path;
	struct image *image = &parsing->image;

	image->id = name;
	length -= (size_t)(name - path);
	if (image_name_parse(name, length, &image->name, &error) == 0 &&
	    (!parsing->strict ||
	     image_name_check_canonical(name, &image->name, &error) == 0)) {
		output_record(parsing->output, image);
		return;
	}
	parsing->failed = true;
	if (line)
		cli_warn(parsing->cli, "line %zu: %s: %s", line, name,
			 error_text(&error));
	else
		cli_warn(parsing->cli, "%s: %s", name, error_text(&error));
}

static int stdin_parse(struct parsing *parsing)
{
	CLEANUP(lines_free) struct lines lines = {.fd = STDIN_FILENO};
	CLEANUP(error_free) struct error error = {0};
	size_t length;
	char *line;
	int got;

	while ((got = lines_next_name(&lines, &line, &length, &error)) > 0)
		name_parse(parsing, line, length, lines.number);
	if (got < 0)
		cli_error(parsing->cli, "standard input: %s", error_text(&error));
	return got;
}

int image_parse_run(struct cli *cli)
{
	struct parsing parsing = {.cli = cli};
	int status = 0;

	while (cli_next(cli) == OPTION_STRICT)
		parsing.strict = true;
	parsing.output = output_begin(stdout, cli->format, image_columns,
				      IMAGE_COLUMN_COUNT, cli->header);
	if (!cli->operand_count)
		status = stdin_parse(&parsing);
	for (int i = 0; i < cli->operand_count && status == 0; i++) {
		char *operand = cli->operands[i];

		if (!strcmp(operand, "-"))
			status = stdin_parse(&parsing);
		else
			name_parse(&parsing, operand, strlen(operand), 0);
	}
	return cli_output_end(cli, parsing.output,
			      status < 0       ? CLI_SYSTEM
			      : parsing.failed ? CLI_NO
					       : CLI_DONE);
}
