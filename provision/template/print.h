/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as text, as Go's fmt.Print, Println and Printf write them. */
#ifndef PROVISION_TEMPLATE_PRINT_H
#define PROVISION_TEMPLATE_PRINT_H

#include "provision/template/verb.h"
#include "provision/template/limits.h"

/* These functions append to `buf` up to its maximum. Memory for the keys of maps comes
 * from `limits`; when that is used up, they set buf->overflowed. */

/* One value in the format of a verb; a verb that does not fit it gives
 * "%!d(string=x)". */
void print_value(struct limits *limits, struct buf *buf,
		 const struct directive *directive, uint32_t verb,
		 const struct value *value);

/* The values, with a space between two when neither is a string. */
void print_values(struct limits *limits, struct buf *buf, const struct value *values,
		  size_t count);

/* The values, with a space between any two and a newline at the end. */
void print_line(struct limits *limits, struct buf *buf, const struct value *values,
		size_t count);

/* By a format (https://pkg.go.dev/fmt). Errors in it are printed as "%!d(MISSING)". */
void print_format(struct limits *limits, struct buf *buf, struct span format,
		  const struct value *values, size_t count);

#endif
