/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names with ranges and lists: web-{1..3}, db-{01..10}, {mail,dns}-a. */
#ifndef PROVISION_BATCH_NAME_PATTERN_H
#define PROVISION_BATCH_NAME_PATTERN_H

#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"

enum {
	NAME_MAX_LENGTH = 63,	  /* of one name: a host name's label, RFC 1035, 2.3.4 */
	NAME_PATTERN_MAX = 10000, /* names from one pattern */
};

struct name_item {
	char *name;
	unsigned int index; /* the number in the first range; without a range the place
			     * (from 1) in the first list; 0 without either */
};

struct name_list {
	ARRAY(struct name_item) items;
};

/*
 * Expands every {FIRST..LAST} (decimal, upwards or downwards; a leading zero in either
 * pads all numbers to the longer one's width) and {WORD,WORD...} from left to right; the
 * last one changes fastest. A name has ASCII letters, digits, "-", "_" and ".", and
 * begins with a letter or digit; the parts between dots are not empty and have no "-" at
 * their ends, so that the name is a host name. Fails for other characters, unbalanced
 * braces, more than NAME_PATTERN_MAX names, and names that are too long; `list` is then
 * unchanged. The caller frees `list`.
 */
int name_pattern_expand(const char *pattern, struct name_list *list, struct error *error);
void name_list_free(struct name_list *list);

#endif
