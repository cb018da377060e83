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

/* A width or precision above this is none. */
enum { DIRECTIVE_NUMBER_MAX = 1000000 };

/* The text, padded to the width. */
void verb_pad(struct buf *buf, const struct directive *directive, struct span text);

/* The same, with zeros or with spaces in front whatever the flag says. */
void verb_pad_with(struct buf *buf, const struct directive *directive, struct span text,
		   bool zero);

/* The character `count` times. */
void verb_fill(struct buf *buf, char c, size_t count);

/* Cut to the precision, then padded. */
void verb_text(struct buf *buf, const struct directive *directive, struct span text);

/*
 * Appends a boolean, number or string in the format of the verb, a code point. False when
 * the verb is none for this type; nothing is appended then.
 */
bool verb_scalar(struct buf *buf, const struct directive *directive, uint32_t verb,
		 const struct value *value);

/* The same for numbers; an integer is given as its two's complement. */
bool verb_integer(struct buf *buf, const struct directive *directive, uint32_t verb,
		  uint64_t number, bool is_signed);
bool verb_float(struct buf *buf, const struct directive *directive, uint32_t verb,
		double number);

#endif
