/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How each distribution names its images: a table. */
#ifndef IMAGETOOL_PUBLISHED_RULES_H
#define IMAGETOOL_PUBLISHED_RULES_H

#include <stddef.h>

enum img_holds { IMG_NOT_KNOWN, IMG_QCOW2, IMG_RAW };

struct published_rule {
	const char *os_name;
	/*
	 * POSIX extended regular expression for a whole name without its endings for the
	 * format and the packing. Numbers below are those of its groups; 0: not told.
	 */
	const char *pattern;
	unsigned int version;
	unsigned int minor_version; /* stands behind the version and a dot */
	unsigned int arch;
	const char *fixed_version; /* when every image has it */
	const char *fixed_arch;	   /* when there is no other */
	enum img_holds img;	   /* what is in files that end in ".img" */
};

extern const struct published_rule published_rules[];
extern const size_t published_rule_count;

#endif
