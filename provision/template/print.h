/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as text, as Go's fmt.Print, Println and Printf write them. */
#ifndef PROVISION_TEMPLATE_PRINT_H
#define PROVISION_TEMPLATE_PRINT_H

#include "provision/template/verb.h"
#include "provision/template/limits.h"

/*
 * All of them append to `buf` and stop at its maximum; `limits` gives memory for the keys
 * of maps. When that is used up they fail by setting buf->overflowed.
 */

/* One value in the format of a verb; a verb that is none for it: "%!d(string=x)". */
void print_value(struct limits *limits, struct buf *buf,
		 const struct directive *directive, uint32_t verb,
		 const struct value *value);

/* The values one after the other, with a space between two that are both no strings. */
void print_values(struct limits *limits, struct buf *buf, const struct value *values,
		  size_t count);

/* The same with a space between any two and a newline at the end. */
void print_line(struct limits *limits, struct buf *buf, const struct value *values,
		size_t count);

/* By a format: https://pkg.go.dev/fmt. Mistakes in it become text such as "%!d(MISSING)".
 */
void print_format(struct limits *limits, struct buf *buf, struct span format,
		  const struct value *values, size_t count);

#endif
