/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of vmango-provision in messages, which can be pasted into a shell. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/text.h"
#include "provision/verbs/verb_command.h"

char *verb_command_batch(const struct cli *cli)
{
	const char *path = cli->operand_count ? cli->operands[0] : "-";
	CLEANUP(free_ptr) char *folder = *path == '/' ? NULL : get_current_dir_name();
	CLEANUP(free_ptr) char *whole = NULL;
	struct buf text = {0};

	if (!strcmp(path, "-") || file_is_stream(path) || (*path != '/' && !folder))
		return NULL;
	array_foreach(uri, &cli->uris) {
		buf_add_string(&text, "-c ");
		text_add_shell(&text, *uri);
		buf_add_char(&text, ' ');
	}
	whole = folder ? mem_format("%s/%s", folder, path) : mem_string(path);
	text_add_shell(&text, whole);
	return buf_take(&text);
}

char *verb_command(const struct cli *cli, const char *verb, const char *const machines[],
		   size_t count)
{
	CLEANUP(free_ptr) char *batch = verb_command_batch(cli);
	struct buf text = {0};

	if (!batch)
		return NULL;
	buf_format(&text, "%s %s ", cli->program->name, verb);
	for (size_t i = 0; i < count; i++) {
		buf_add_string(&text, "-m ");
		text_add_shell(&text, machines[i]);
		buf_add_char(&text, ' ');
	}
	buf_add_string(&text, batch);
	return buf_take(&text);
}
