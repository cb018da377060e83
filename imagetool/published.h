/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File names as distributions publish their images. */
#ifndef IMAGETOOL_PUBLISHED_H
#define IMAGETOOL_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "imagetool/image_name.h"

/* A published file name is at most as long as a file name can be. */
enum { PUBLISHED_NAME_MAX = 255, PUBLISHED_WORD_MAX = 63 };

/* What is known of an image's name, from whatever source. */
struct image_parts {
	char os_name[IMAGE_OS_MAX + 1];	   /* "" when not known */
	char os_version[IMAGE_OS_MAX + 1]; /* "" when not known */
	bool has_arch, has_format;
	enum image_arch arch;
	enum image_format format;
	/* Words of the name that stand for an unknown version and architecture; or "". */
	char code_name[PUBLISHED_WORD_MAX + 1], arch_word[PUBLISHED_WORD_MAX + 1];
};

/*
 * What a file name tells, without its folder: that of a known distribution, or one of our
 * own grammar; of others no more than the format, if their ending tells that. Nothing is
 * guessed: what the name does not say stays unknown. `ubuntu_csv` is the text of
 * /usr/share/distro-info/ubuntu.csv, for Ubuntu's code names; NULL when it is not there.
 * Fails on names that say that the file is no image, or an image of another format, and
 * on words that are not known where the name must have them.
 */
int published_parse(const char *name, const char *ubuntu_csv, struct image_parts *parts,
		    struct error *error);

/* Puts what is known together. Fails when something is missing: the error says which
 * options (--os, --version, --arch, --format) decide it. */
int image_parts_name(const struct image_parts *parts, struct image_name *name,
		     struct error *error);

#endif
