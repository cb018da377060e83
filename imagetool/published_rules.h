/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of how each distribution names its images. */
#ifndef IMAGETOOL_PUBLISHED_RULES_H
#define IMAGETOOL_PUBLISHED_RULES_H

#include <stddef.h>

enum img_holds { IMG_NOT_KNOWN, IMG_QCOW2, IMG_RAW };

struct published_rule {
	const char *os_name;
	/*
	 * POSIX extended regular expression for a whole name without its endings for
	 * format and compression. The numbers below are those of its groups; 0: none.
	 */
	const char *pattern;
	unsigned int version;
	unsigned int minor_version; /* is appended to the version after a dot */
	unsigned int arch;
	const char *fixed_version; /* the same for all images; or NULL */
	const char *fixed_arch;	   /* the same for all images; or NULL */
	enum img_holds img;	   /* the format of files that end in ".img" */
};

extern const struct published_rule published_rules[];
extern const size_t published_rule_count;

#endif
