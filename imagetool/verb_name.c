/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool name: prints the canonical names of published files. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/lines.h"
#include "imagetool/image_facts.h"
#include "imagetool/image_source.h"
#include "imagetool/image_hints.h"
#include "imagetool/image_verbs.h"

const struct cli_option image_name_options[] = {HINT_OPTIONS, {0}};

static int content_read(const char *file, struct image_facts *facts, struct error *error)
{
	struct image_source_options options = {.max_size_bytes = IMAGE_MAX_SIZE_DEFAULT};
	CLEANUP(image_source_free_ptr)
	struct image_source *source = image_source_open(file, &options, error);
	CLEANUP(free_ptr) uint8_t *start = mem_zero(1, IMAGE_START_SIZE);
	struct image_reader reader;
	uint64_t hole;
	size_t size;

	if (!source)
		return -1;
	if (image_source_reader(source, &reader) == 0)
		return image_facts_read(&reader, facts, error);
	if (image_source_read(source, start, IMAGE_START_SIZE, &size, &hole, error) < 0)
		return -1;
	image_facts_start(start, size, facts);
	return 0;
}

static int file_name(const char *file, const struct image_hints *hints,
		     struct image_name *name, struct error *error)
{
	CLEANUP(image_facts_free) struct image_facts facts = {0};
	struct stat status;

	if (stat(file, &status) < 0)
		return name_decide(file, hints, NULL, name, error);
	if (content_read(file, &facts, error) < 0 ||
	    name_decide(file, hints, &facts, name, error) < 0)
		return -1;
	image_facts_check_name(&facts, name);
	return image_facts_refuse(&facts, error);
}

/* Prints the name of one file. `line` is 0 for an operand. */
static bool name_print(struct cli *cli, const char *file, size_t line,
		       const struct image_hints *hints)
{
	CLEANUP(error_free) struct error error = {0};
	char text[IMAGE_NAME_MAX + 1];
	struct image_name name;

	if (file_name(file, hints, &name, &error) == 0) {
		puts(image_name_format(&name, text));
		return true;
	}
	if (line)
		cli_error(cli, "line %zu: %s: %s", line, file, error_text(&error));
	else
		cli_error(cli, "%s: %s", file, error_text(&error));
	return false;
}

static int stdin_print(struct cli *cli, const struct image_hints *hints)
{
	CLEANUP(lines_free) struct lines lines = {.fd = STDIN_FILENO};
	CLEANUP(error_free) struct error error = {0};
	int got, status = CLI_DONE;
	size_t length;
	char *file;

	while ((got = lines_next_name(&lines, &file, &length, &error)) > 0) {
		if (!name_print(cli, file, lines.number, hints))
			status = CLI_NO;
	}
	if (got < 0) {
		cli_error(cli, "standard input: %s", error_text(&error));
		return CLI_SYSTEM;
	}
	return status;
}

int image_name_run(struct cli *cli)
{
	struct image_hints hints = {0};
	int code, status = CLI_DONE;

	while ((code = cli_next(cli)) != CLI_END)
		image_hint_take(cli, code, &hints);
	cli_operands(cli, 1, -1);
	for (int i = 0; i < cli->operand_count; i++) {
		const char *operand = cli->operands[i];
		int result = CLI_DONE;

		if (!strcmp(operand, "-"))
			result = stdin_print(cli, &hints);
		else if (!name_print(cli, operand, 0, &hints))
			result = CLI_NO;
		if (result > status)
			status = result;
	}
	return status;
}
