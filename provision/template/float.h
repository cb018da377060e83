/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Floats in decimal and hexadecimal, as Go's strconv writes them. */
#ifndef PROVISION_TEMPLATE_FLOAT_H
#define PROVISION_TEMPLATE_FLOAT_H

#include "common/buf.h"

enum { FLOAT_SHORTEST = -1 };

/*
 * Appends the number with its sign (also "+Inf") in the format `verb`: e, E, f, g, G; b
 * (decimal mantissa, binary exponent); x, X. `precision` counts as in printf(3);
 * FLOAT_SHORTEST takes the fewest digits that give the same number when read. LC_NUMERIC
 * must be "C".
 */
void float_add(struct buf *buf, double number, char verb, int precision);

#endif
