/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalars in the format of a printf verb with its flags, as Go's fmt writes them. */
#ifndef PROVISION_TEMPLATE_VERB_H
#define PROVISION_TEMPLATE_VERB_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "provision/template/value.h"

/* Flags, width and precision of a directive: https://pkg.go.dev/fmt#hdr-Printing. */
struct directive {
	bool minus, plus, sharp, space, zero;
	bool go_syntax; /* %#v */
	bool has_width, has_precision;
	int width, precision; /* not negative */
};

/* A larger width or precision is ignored. */
enum { DIRECTIVE_NUMBER_MAX = 1000000 };

/* Appends the text, padded to the width. */
void verb_pad(struct buf *buf, const struct directive *directive, struct span text);

/* Appends the text, cut to the precision and padded to the width. */
void verb_text(struct buf *buf, const struct directive *directive, struct span text);

/* Appends a boolean, number or string in the format of the verb, a code point. False when
 * the verb does not fit the type; nothing is then appended. */
bool verb_scalar(struct buf *buf, const struct directive *directive, uint32_t verb,
		 const struct value *value);

#endif
