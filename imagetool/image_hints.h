/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options for what an image's name does not say: --os, --version, --arch, --format.
 */
#ifndef IMAGETOOL_IMAGE_HINTS_H
#define IMAGETOOL_IMAGE_HINTS_H

#include <stdbool.h>

#include "common/cli.h"
#include "imagetool/image_facts.h"
#include "imagetool/published.h"

enum image_hint {
	HINT_OS = CLI_LONG + 100,
	HINT_VERSION,
	HINT_ARCH,
	HINT_FORMAT,
};

/* Entries for a table of options. */
#define HINT_OPTIONS                                                            \
	{HINT_OS, "os", "NAME", "OS name, such as Debian"},                     \
		{HINT_VERSION, "version", "VERSION", "OS version, such as 12"}, \
		{HINT_ARCH, "arch", "ARCH", "architecture, such as amd64"},     \
	{                                                                       \
		HINT_FORMAT, "format", "FORMAT", "qcow2 or raw"                 \
	}

struct image_hints {
	const char *os_name, *os_version; /* NULL when not given */
	bool has_arch, has_format;
	enum image_arch arch;
	enum image_format format;
};

/* Takes an option if it is one of these; exits with a usage error on a bad value. False:
 * it is another option. */
bool image_hint_take(struct cli *cli, int code, struct image_hints *hints);

/*
 * Decides an image's name from its file's name, the hints and its content (NULL:
 * unknown). Hints override the OS and version of the file's name. Fails when they
 * contradict its architecture or format, and when something remains unknown.
 */
int name_decide(const char *file, const struct image_hints *hints,
		const struct image_facts *facts, struct image_name *name,
		struct error *error);

#endif
