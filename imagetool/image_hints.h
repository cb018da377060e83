/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that say what an image's name can't tell: --os, --version, --arch,
 * --format.
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

/* For tables of options. */
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

/* Takes an option if it is one of these; ends the program on a bad value. */
bool image_hint_take(struct cli *cli, int code, struct image_hints *hints);

/*
 * The name for an image out of what its file's name tells, then the hints, then (when
 * not NULL) its content. OS and version of the hints go before those of the name; a
 * contradiction in architecture or format is an error, as is what nothing tells.
 */
int name_decide(const char *file, const struct image_hints *hints,
		const struct image_facts *facts, struct image_name *name,
		struct error *error);

#endif
