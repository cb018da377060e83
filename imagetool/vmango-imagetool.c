/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-imagetool: names, contents and import of the images of machines. */
#define _GNU_SOURCE
#include "imagetool/image_verbs.h"

static const struct cli_verb verbs[] = {
	{"parse", "[NAME...|-]", "print what image file names say", image_parse_options,
	 CLI_OUTPUT, image_parse_run},
	{"name", "FILE|NAME...|-", "print the canonical names of published files",
	 image_name_options, 0, image_name_run},
	{"list", NULL, "list the images of a pool or a folder", image_list_options,
	 CLI_OUTPUT | CLI_CONNECT, image_list_run},
	{"import", "FILE|-", "import an image into the pools of hypervisors",
	 image_import_options, CLI_OUTPUT | CLI_CONNECT | CLI_DRY_RUN, image_import_run},
	{"inspect", "FILE...|-", "print what image files contain", image_inspect_options,
	 CLI_OUTPUT, image_inspect_run},
	{"remove", "NAME...", "remove images that are not in use", image_remove_options,
	 CLI_OUTPUT | CLI_CONNECT | CLI_DRY_RUN, image_remove_run},
	{0},
};

int main(int argc, char **argv)
{
	static const struct cli_program program = {
		.name = "vmango-imagetool",
		.help = "Names, inspects and imports the images that machines are created "
			"from.",
		.verbs = verbs,
	};

	return cli_main(&program, argc, argv);
}
