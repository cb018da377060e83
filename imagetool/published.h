/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file names of images as distributions publish them. */
#ifndef IMAGETOOL_PUBLISHED_H
#define IMAGETOOL_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "imagetool/image_name.h"

/* In bytes: the longest file name of Linux, and a word of one. */
enum { PUBLISHED_NAME_MAX = 255, PUBLISHED_WORD_MAX = 63 };

/* What is known about an image's name, from any source. */
struct image_parts {
	char os_name[IMAGE_OS_MAX + 1];	   /* "" when unknown */
	char os_version[IMAGE_OS_MAX + 1]; /* "" when unknown */
	bool has_arch, has_format;
	enum image_arch arch;
	enum image_format format;
	/* The name's words for a version and an architecture that are unknown; or "". */
	char code_name[PUBLISHED_WORD_MAX + 1], arch_word[PUBLISHED_WORD_MAX + 1];
};

/*
 * Parses a file name without its folder: one of a known distribution, or a name of our
 * own grammar. Other names give only the format, if their ending shows it. Nothing is
 * guessed: what the name does not say stays unknown. `ubuntu_csv` is the text of
 * /usr/share/distro-info/ubuntu.csv, for Ubuntu's code names; NULL when it is missing.
 * Fails when the ending is that of something else than a qcow2 or raw image.
 */
int published_parse(const char *name, const char *ubuntu_csv, struct image_parts *parts,
		    struct error *error);

/* Composes a name from what is known. Fails when something is unknown: the error says
 * which options (--os, --version, --arch, --format) set it. */
int image_parts_name(const struct image_parts *parts, struct image_name *name,
		     struct error *error);

#endif
