/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, contents and import of the images that machines are made from. */
#define _GNU_SOURCE
#include "imagetool/image_verbs.h"

static const struct cli_verb verbs[] = {
	{"parse", "[NAME...|-]", "tell what image file names say", parse_options,
	 CLI_OUTPUT, parse_run},
	{"name", "FILE|NAME...", "give published files their canonical names",
	 name_options, 0, name_run},
	{"list", NULL, "list the images of a pool or a folder", list_options,
	 CLI_OUTPUT | CLI_CONNECT, list_run},
	{"import", "FILE|-", "put an image into the pools of hypervisors", import_options,
	 CLI_OUTPUT | CLI_CONNECT | CLI_DRY_RUN, import_run},
	{"inspect", "FILE...|-", "tell what image files hold", inspect_options,
	 CLI_OUTPUT, inspect_run},
	{"remove", "NAME...", "remove images that no machine stands on", remove_options,
	 CLI_OUTPUT | CLI_CONNECT | CLI_DRY_RUN, remove_run},
	{0},
};

int main(int argc, char **argv)
{
	static const struct cli_program program = {
		.name = "vmango-imagetool",
		.help = "Names, contents and import of the images that machines are made "
			"from.",
		.verbs = verbs,
	};

	return cli_main(&program, argc, argv);
}
